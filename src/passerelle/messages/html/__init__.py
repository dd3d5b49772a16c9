"""HTML of strangers read as a stream: its tags, and the text in it. It sanitises nothing."""

from passerelle.messages.html.text import html_to_text
from passerelle.messages.html.tokens import Closing, Opening, Text, Token, tokens

__all__ = ["Closing", "Opening", "Text", "Token", "html_to_text", "tokens"]
