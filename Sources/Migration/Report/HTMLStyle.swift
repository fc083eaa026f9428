/// The style of a report's page.
enum HTMLStyle {
    static let text = """
        :root { color-scheme: light dark; --paper: #ffffff; --ink: #1f2328; --quiet: #57606a; --faint: #d8dee4;
          --code: #f3f5f7; --good: #1a7f37; --problem: #b42318; --open: #9a6700; --neutral: #8c959f;
          --curve-1: #0550ae; --curve-2: #bc4c00; --curve-3: #57606a; --curve-4: #b42318; }
        @media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --quiet: #9da7b3;
          --faint: #30363d; --code: #1c2128; --good: #3fb950; --problem: #f85149; --open: #d29922; --neutral: #6e7681;
          --curve-1: #58a6ff; --curve-2: #f0a04b; --curve-3: #9da7b3; --curve-4: #f85149; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
        h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 .75rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.15rem; margin: 2.25rem 0 .75rem; padding-bottom: .25rem;
          border-bottom: 1px solid var(--faint); }
        code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
        code { background: var(--code); border-radius: 4px; padding: .1em .3em; overflow-wrap: anywhere; }
        h1 code { background: none; padding: 0; font-size: 1em; }
        pre { background: var(--code); border-radius: 6px; padding: .75rem 1rem; overflow-x: auto; }
        pre code { padding: 0; background: none; }
        .verdict { display: inline-block; margin: 0; padding: .15rem .7rem; border: 1px solid; border-radius: 1rem;
          font-weight: 600; }
        .verdict.good { color: var(--good); } .verdict.problem { color: var(--problem); }
        dl { margin: 0 0 1rem; }
        dl div { display: flex; gap: 1rem; padding: .2rem 0; }
        dt { flex: 0 0 9rem; color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
        .table { overflow-x: auto; margin: 0 0 1rem; }
        table { border-collapse: collapse; font-size: .93rem; }
        th, td { padding: .3rem .9rem .3rem 0; text-align: left; vertical-align: top;
          border-bottom: 1px solid var(--faint); }
        th { color: var(--quiet); font-weight: 600; }
        td { min-width: 4rem; } td code { overflow-wrap: break-word; }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .bar { display: flex; gap: 2px; height: 1rem; border-radius: 4px; overflow: hidden; }
        .bar span { min-width: 2px; flex-basis: 0; }
        .bar .good { background: var(--good); } .bar .problem { background: var(--problem); }
        .bar .open { background: var(--open); } .bar .neutral { background: var(--neutral); }
        .legend { list-style: none; padding: 0; margin: .5rem 0 1rem; display: flex; flex-wrap: wrap;
          gap: .25rem 1.25rem; }
        .legend li::before { content: "■ "; }
        .legend .good::before { color: var(--good); } .legend .problem::before { color: var(--problem); }
        .legend .open::before { color: var(--open); } .legend .neutral::before { color: var(--neutral); }
        figure { margin: 0 0 1rem; overflow-x: auto; }
        svg { display: block; width: 100%; min-width: 34rem; height: auto; font-family: system-ui, sans-serif; }
        svg text { fill: var(--ink); font-size: 12px; } svg .title { font-size: 14px; font-weight: 600; }
        svg .middle { text-anchor: middle; } svg .end { text-anchor: end; }
        svg .grid { stroke: var(--faint); } svg .axis { stroke: var(--quiet); }
        svg .curve { fill: none; stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; }
        svg .dashed { stroke-dasharray: 5 4; }
        svg .curve-1 { stroke: var(--curve-1); } svg .curve-2 { stroke: var(--curve-2); }
        svg .curve-3 { stroke: var(--curve-3); } svg .curve-4 { stroke: var(--curve-4); }
        svg .mark { fill: var(--quiet); font-size: 11px; }
        @media print { main { max-width: none; padding: 0; }
          figure, tr { break-inside: avoid; } h2 { break-after: avoid; } }
        """
}
