// The report's look: one column of text, tables that scroll inside their own box, light and dark as the reader has it.

export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --page: #ffffff; --box: #f5f7f9;
  --accent: #1f5fbf; --bad: #b3261e; --warn: #8a5a00; --good: #1b6e3c;
  --c1: #3d7edb; --c2: #56a36c; --c3: #d99a2b; --c4: #a35fb5; --c0: #b9c1cc; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #9aa5b3; --line: #333c48; --page: #14181e;
  --box: #1c222a; --accent: #7fb0ff; --bad: #ff8a80; --warn: #e8b75a; --good: #7fd19b;
  --c1: #5c97ea; --c2: #67b37d; --c3: #e0aa4b; --c4: #b981c8; --c0: #4a5461; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main, header, footer { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0; display: inline; overflow-wrap: anywhere; }
p { margin: .4rem 0; overflow-wrap: anywhere; }
a { color: var(--accent); }
code, pre, .sql { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .85em; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.verdict { font-size: 1.1rem; font-weight: 600; padding: .8rem 1rem; border-radius: .5rem; background: var(--box);
  border-left: .35rem solid var(--good); margin: 1rem 0; overflow-wrap: anywhere; }
.verdict.blocked { border-color: var(--bad); }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem 1.5rem; margin: 1rem 0; }
dl.facts div { min-width: 0; } dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
.finding { border: 1px solid var(--line); border-left: .3rem solid var(--c0); border-radius: .4rem; padding: .6rem .8rem; margin: .6rem 0; }
.finding.blocker { border-left-color: var(--bad); } .finding.warning { border-left-color: var(--warn); }
.finding ul { margin: .4rem 0 0; padding-left: 1.1rem; } .finding li { margin: .3rem 0; overflow-wrap: anywhere; }
.tag { font-size: .78rem; font-weight: 600; letter-spacing: .02em; } .blocker .tag { color: var(--bad); } .warning .tag { color: var(--warn); }
.type { display: inline-block; background: var(--box); border: 1px solid var(--line); border-radius: .3rem; padding: .1rem .4rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; max-width: 100%; border: 1px solid var(--line); border-radius: .4rem; margin: .6rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; } th { color: var(--soft); font-weight: 600; white-space: nowrap; background: var(--box); }
td.why { min-width: 14rem; } td.name { overflow-wrap: anywhere; min-width: 7rem; max-width: 20rem; }
details { border-bottom: 1px solid var(--line); } summary { cursor: pointer; padding: .6rem 0; }
summary:focus-visible, a:focus-visible, input:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.sides { display: grid; gap: .75rem; grid-template-columns: minmax(0, 1fr); margin: .5rem 0 1rem; }
@media (min-width: 60rem) { .sides { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }
.sides > div { background: var(--box); border-radius: .4rem; padding: .6rem .8rem; min-width: 0; }
.sides .soft { font-size: .8rem; display: block; margin-bottom: .3rem; }
input[type=search] { font: inherit; color: inherit; background: var(--box); border: 1px solid var(--line); border-radius: .4rem;
  padding: .4rem .6rem; width: 100%; max-width: 24rem; }
.contents { columns: 16rem; padding-left: 1.1rem; margin: .75rem 0; } .contents li { break-inside: avoid; overflow-wrap: anywhere; }
svg { display: block; } svg text { fill: var(--soft); font-size: 10px; }
.k0 { fill: var(--c0); } .k1 { fill: var(--c1); } .k2 { fill: var(--c2); } .k3 { fill: var(--c3); } .k4 { fill: var(--c4); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; font-size: .85rem; color: var(--soft); margin: .3rem 0; }
.legend svg { display: inline-block; vertical-align: -1px; margin-right: .3rem; }
footer { padding: 2rem 1rem; color: var(--soft); font-size: .85rem; }
[hidden] { display: none !important; }
@media print { details > * { display: block; } input { display: none; } .scroll { overflow: visible; } }
`;

/** Hides the tables whose names do not hold what is typed; without it everything is there to read. */
export const SCRIPT = `
const box = document.querySelector("input[type=search]");
if (box) {
  box.closest("p").hidden = false;
  box.addEventListener("input", () => {
    const wanted = box.value.toLowerCase();
    for (const one of document.querySelectorAll("[data-name]")) {
      one.hidden = !one.getAttribute("data-name").toLowerCase().includes(wanted);
    }
  });
}
`;
