"""The look of the page: one style sheet, light and dark, no fonts, pictures or rules from outside.

Colours are Okabe and Ito's (2008), which stay apart for every kind of colour vision, lightened for dark pages.
"""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--page:#fff;--box:#f6f7f9;--ink:#1c2127;--soft:#56606b;--line:#d9dde3;
--main:#0068a8;--second:#b84f00;--third:#00775a;--tint:0 104 168}
@media (prefers-color-scheme:dark){:root{--page:#14181d;--box:#1d232a;--ink:#e8ebef;--soft:#a3adb8;--line:#38414b;
--main:#5fb3ee;--second:#f0a04b;--third:#3fc79f;--tint:95 179 238}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;
overflow-wrap:anywhere}
main{max-width:1080px;margin:0 auto;padding:28px 24px 64px}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 4px}
h2{font-size:1.25rem;margin:44px 0 10px;padding-top:14px;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:22px 0 6px}
p{margin:8px 0;max-width:76ch}
.soft,figcaption,.note{color:var(--soft);font-size:.9rem}
.verdict{font-size:1.12rem}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:12px;margin:18px 0}
.card{background:var(--box);border:1px solid var(--line);border-radius:10px;padding:12px 14px}
.card b{display:block;font-size:1.5rem;line-height:1.25}
.card span{color:var(--soft);font-size:.88rem}
nav{margin:14px 0 0;font-size:.92rem;display:flex;flex-wrap:wrap;gap:4px 16px}
a{color:var(--main)}
.scroll{overflow-x:auto;max-width:100%;margin:12px 0}
table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums}
th,td{
padding:5px 12px 5px 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:normal}
td,thead th+th{padding-left:8px}
tbody td{white-space:nowrap}tbody th{min-width:110px}
table.matrix tbody th{min-width:0}
thead th{color:var(--soft);font-weight:600;white-space:nowrap}
tbody th{font-weight:400}
tr.pick,tr.ours{background:rgb(var(--tint)/.12)}
table.matrix td{text-align:right;min-width:46px;padding:5px 8px}
table.matrix th{white-space:nowrap}
td.diagonal{font-weight:600}
ol.rules{list-style:none;margin:10px 0;padding:0}
ol.rules li{
border:1px solid var(--line);border-left:4px solid var(--main);border-radius:8px;padding:9px 14px;margin:8px 0;
background:var(--box);break-inside:avoid}
ol.rules li.other{border-left-color:var(--soft)}
ol.rules p{margin:2px 0;max-width:none}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:8px 28px}
figure{margin:14px 0;break-inside:avoid;min-width:0}
svg{display:block;width:100%;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
svg.chart{min-width:330px}
svg.wide{min-width:760px}
svg text{fill:var(--ink)}
svg .soft{fill:var(--soft)}
.axis{stroke:var(--line);stroke-width:1}
.wire{stroke:var(--soft);stroke-width:1.2;fill:none;opacity:.55}
.node{fill:var(--box);stroke:var(--soft)}
.node.term{stroke:var(--main);stroke-width:1.6}
.node.gate{stroke:var(--third);stroke-width:1.6}
.curve{fill:none;stroke-width:2}
.c1{stroke:var(--main)}.c2{stroke:var(--second)}.c3{stroke:var(--third)}
.dot{stroke-width:1.8;fill:var(--page)}
.dot.full.c1{fill:var(--main)}.dot.full.c2{fill:var(--second)}
.band{fill:var(--main);opacity:.16}
.ring{fill:none;stroke:var(--ink);stroke-width:1.4}
.track{position:relative;height:18px;min-width:150px;width:100%;
background:linear-gradient(var(--line),var(--line)) center/100% 1px no-repeat}
.track i{position:absolute;top:7px;height:4px;border-radius:2px;background:var(--soft)}
.track b{position:absolute;top:3px;width:12px;height:12px;margin-left:-6px;border-radius:50%;background:var(--soft);
border:2px solid var(--page)}
.ours .track i,.ours .track b{background:var(--main)}
.bar{display:block;height:12px;border-radius:3px;background:var(--main);min-width:1px}
td.wide{width:45%;min-width:150px}
details{margin:10px 0}
summary{cursor:pointer;color:var(--main)}
pre{background:var(--box);border:1px solid var(--line);border-radius:8px;padding:12px;overflow-x:auto;font-size:.84rem;
line-height:1.5;white-space:pre}
code{background:var(--box);border-radius:4px;padding:1px 5px;font-size:.88em}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:10px 0}
dt{color:var(--soft)}dd{margin:0;min-width:0}
@media (max-width:560px){main{padding:18px 14px 48px}h1{font-size:1.4rem}
dl{grid-template-columns:1fr}dd{margin-bottom:8px}}
@media print{body{font-size:11pt}nav{display:none}main{max-width:none;padding:0}h2{break-after:avoid}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
