"""What Outlook packs into `winmail.dat` (MS-OXTNEF): files, and the text where there is no other.

Own, as the reader that others wrote is no longer kept (docs/dependencies.md). It never raises, and
takes time and memory that are bounded whatever the octets claim.
"""

from passerelle.messages.tnef.reading import Tnef, TnefFile, read_tnef
from passerelle.messages.tnef.unpacking import inner_file, unpacked

__all__ = ["Tnef", "TnefFile", "inner_file", "read_tnef", "unpacked"]
