/// The report's style sheet; one palette for light, one for dark.
///
/// Colours are told apart by people with any colour vision, and none of them speaks alone: verdicts
/// carry words, lines differ in weight.
enum PageStyle {
    static let css = palette + base + tables + charts

    private static let palette = """
        :root{color-scheme:light dark;--paper:#f6f7f8;--card:#fff;--ink:#15191e;--soft:#59636e;
        --line:#e2e6ea;--faint:#eff1f3;--accent:#0b5cad;--ok:#2f7dbd;--failed:#c8451b;--unknown:#e2a100;
        --valid:#0a7a5a;--valid-bg:#e4f4ee;--invalid:#b93a12;--invalid-bg:#fcebe4;--doubt:#8a6100;
        --doubt-bg:#fdf3d9;--void:#59636e;--void-bg:#eceff2;--density:#0b5cad;--p50:#0a1b2b;--p99:#d4520d;
        --max:#8c97a3;--f0:#7a4fb0;--f1:#00857a;--f2:#b4467f;--f3:#7d7414}
        @media (prefers-color-scheme:dark){:root{--paper:#0f1215;--card:#171b20;--ink:#e8ecf0;
        --soft:#97a3b0;--line:#2a3138;--faint:#20262c;--accent:#6db3f5;--ok:#4d9fe0;--failed:#f0743e;
        --unknown:#f0bc3a;--valid:#4cc79d;--valid-bg:#12302a;--invalid:#ff8a5c;--invalid-bg:#3a1d13;
        --doubt:#f0bc3a;--doubt-bg:#33290f;--void:#97a3b0;--void-bg:#242a31;--density:#58a9f2;--p50:#f5f8fb;
        --p99:#ff8a3d;--max:#7d8894;--f0:#b295e6;--f1:#43bfb2;--f2:#e58bb8;--f3:#c9bf52}}

        """

    private static let base = """
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 ui-sans-serif,system-ui,
        -apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;-webkit-text-size-adjust:100%}
        main{max-width:1200px;margin:0 auto;padding:28px 24px 64px}
        h1{font-size:26px;line-height:1.25;letter-spacing:-.015em;margin:0;font-weight:680}
        h2{font-size:19px;line-height:1.3;letter-spacing:-.01em;margin:44px 0 12px;font-weight:660}
        h3{font-size:14px;margin:26px 0 8px;font-weight:640}
        p{margin:6px 0}
        a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
        code,.mono{font:12.5px/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
        .soft{color:var(--soft)}
        .eyebrow{font-size:12px;letter-spacing:.06em;text-transform:uppercase;color:var(--soft);
        margin:0 0 4px;font-weight:600}
        .card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:20px 22px;
        margin:0 0 16px}
        .banner{border-left:5px solid var(--tone);display:flex;gap:18px 36px;flex-wrap:wrap;
        align-items:flex-start;justify-content:space-between}
        .banner .head{flex:1 1 420px;min-width:0}.banner .outcome{text-align:right}
        .banner p:last-child{margin-bottom:0}
        .banner ul{margin:12px 0 0;padding:0 0 0 18px}.banner li{margin:3px 0;overflow-wrap:anywhere;
        white-space:pre-line}
        .valid{--tone:var(--valid);--tint:var(--valid-bg)}
        .invalid{--tone:var(--invalid);--tint:var(--invalid-bg)}
        .unknown-verdict{--tone:var(--doubt);--tint:var(--doubt-bg)}
        .void{--tone:var(--void);--tint:var(--void-bg)}
        .pill{display:inline-block;white-space:nowrap;font-size:12.5px;font-weight:640;line-height:1;
        padding:5px 10px 5px 8px;border-radius:99px;color:var(--tone);background:var(--tint)}
        .pill.big{font-size:15px;padding:8px 15px 8px 12px}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(128px,1fr));gap:1px;
        background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden;
        margin:0 0 16px}
        .tile{background:var(--card);padding:13px 16px 14px;box-shadow:0 0 0 1px var(--line)}
        .tile b{display:block;font-size:21px;font-weight:640;letter-spacing:-.01em;line-height:1.3;
        font-variant-numeric:tabular-nums}
        .tile span{font-size:12.5px;color:var(--soft)}
        .cell-head{display:flex;gap:10px 14px;align-items:center;flex-wrap:wrap;margin:44px 0 12px}
        .cell-head h2{margin:0}
        .figures{display:flex;flex-wrap:wrap;gap:2px 20px;color:var(--soft);font-size:13.5px;
        font-variant-numeric:tabular-nums;margin:0 0 16px}
        .figures span{white-space:nowrap}.figures b{color:var(--ink);font-weight:620}
        figure{margin:0}
        .reasons{margin:0 0 14px;padding:10px 14px 10px 30px;border-radius:8px;background:var(--tint);
        font-size:13.5px;overflow-wrap:anywhere}
        .reasons li{white-space:pre-line}
        .notes{margin:12px 0 0;padding-left:18px;color:var(--soft);font-size:13.5px}
        .columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));
        gap:0 32px}
        summary{cursor:pointer;font-weight:640;font-size:14.5px;padding:2px 0;list-style:none;display:flex;
        gap:10px;align-items:center}
        summary::-webkit-details-marker{display:none}
        summary::before{content:"";border:5px solid transparent;border-left:7px solid var(--soft);
        border-right:0;transition:transform .12s}
        details[open]>summary::before{transform:rotate(90deg)}
        details.trial{padding-top:14px;padding-bottom:16px}
        details.trial[open]>summary{margin-bottom:8px}
        pre{margin:0;padding:12px 14px;border-radius:8px;background:var(--faint);overflow-x:auto}
        footer{margin-top:40px;color:var(--soft);font-size:13px}
        @media (max-width:640px){.banner .outcome{text-align:left}main{padding:16px 12px 40px}.card{padding:15px 14px}h1{font-size:22px}
        .tile{padding:10px 13px}.tile b{font-size:18px}}
        @media print{body{background:#fff}.card{break-inside:avoid}}

        """

    private static let tables = """
        .scroll{overflow-x:auto;margin:0 -2px;padding:0 2px}.scroll .matrix{min-width:660px}
        .scroll .wide{min-width:960px}.scroll+p{margin-top:10px}
        .scroll.tall{max-height:330px;overflow-y:auto;border:1px solid var(--line);border-radius:8px;
        margin:0;padding:0 14px 4px}
        .tall th{position:sticky;top:0;background:var(--card)}
        table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
        th{font-weight:600;color:var(--soft);font-size:12.5px;text-align:left;white-space:nowrap;
        padding:7px 12px 7px 0;border-bottom:1px solid var(--line);vertical-align:bottom}
        td{padding:8px 12px 8px 0;border-bottom:1px solid var(--faint);vertical-align:top}
        tr:last-child td{border-bottom:0}tr:has(+.note) td{border-bottom:0}
        .note td{color:var(--soft);padding-top:0}
        th:last-child,td:last-child{padding-right:0}
        .n{text-align:right;white-space:nowrap}
        .key td:first-child{color:var(--soft);white-space:nowrap;width:1%;padding-right:24px}
        .key td:last-child{overflow-wrap:anywhere}
        td small{display:block;color:var(--soft);font-size:11.5px}
        .matrix tbody tr:hover td{background:var(--faint)}
        .matrix td{vertical-align:middle}.matrix td a{white-space:nowrap}
        .matrix td:first-child,.matrix th:first-child{padding-left:6px}
        th button{all:unset;cursor:pointer;font:inherit;color:inherit;white-space:nowrap}
        th button:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
        th[aria-sort=ascending] button::before{content:"↑ "}
        th[aria-sort=descending] button::before{content:"↓ "}
        th button:hover{color:var(--ink)}
        a.quiet{color:inherit}
        .bar{display:block;height:3px;border-radius:2px;background:var(--faint);margin-top:4px;
        min-width:84px;overflow:hidden}
        .bar i{display:block;height:100%;border-radius:2px;background:var(--ok)}
        .bad{color:var(--invalid);font-weight:640}.doubtful{color:var(--doubt);font-weight:640}
        .bad small,.doubtful small{font-weight:400}

        """

    private static let charts = """
        .operation rect{fill:var(--accent);opacity:.45}.operation.open rect{opacity:.2}
        .chart .operation text{fill:var(--ink)}section.card>h3:first-child{margin-top:0}
        pre.example{white-space:pre-wrap;margin:4px 0 8px}
        .chart-box{overflow-x:auto;margin:0 -6px}
        .chart{display:block;width:100%;min-width:880px;height:auto;overflow:visible}
        .chart text{font-size:11.5px;fill:var(--soft);font-variant-numeric:tabular-nums}
        .chart .panel{font-size:11.5px;font-weight:600;fill:var(--soft)}
        .grid{stroke:var(--line);fill:none;shape-rendering:crispEdges}.grid.faint{stroke:var(--faint)}
        .line{fill:none;stroke-linejoin:round;stroke-linecap:round}
        .line.p50{stroke:var(--p50);stroke-width:2}
        .line.p99{stroke:var(--p99);stroke-width:1.75}
        .line.max{stroke:var(--max);stroke-width:1.1}
        .line.response{stroke:var(--p50);stroke-width:2}.line.service{stroke:var(--p99);stroke-width:1.75}
        .line.lag{stroke:var(--max);stroke-width:1.1}.line.guess{stroke-dasharray:1 5;opacity:.8}
        .dot{stroke:var(--card);stroke-width:1.5}.dot.response{fill:var(--p50)}.dot.service{fill:var(--p99)}
        .dot.lag,.dot.max{fill:var(--max)}.dot.p50{fill:var(--p50)}.dot.p99{fill:var(--p99)}
        .dot.hollow{fill:var(--card);stroke:var(--soft)}
        .offered{stroke:var(--ink);stroke-width:1;stroke-dasharray:5 4;fill:none;opacity:.6}
        .density path{stroke:var(--density);stroke-width:1.02;fill:none}
        .d1{opacity:.13}.d2{opacity:.24}.d3{opacity:.38}.d4{opacity:.55}.d5{opacity:.75}.d6{opacity:.95}
        .area.ok{fill:var(--ok);opacity:.72}.area.failed{fill:var(--failed)}.area.unknown{fill:var(--unknown)}
        .outside{fill:var(--faint)}
        .f0{--tone:var(--f0)}.f1{--tone:var(--f1)}.f2{--tone:var(--f2)}.f3{--tone:var(--f3)}
        .band{fill:var(--tone);opacity:.07}.edge{stroke:var(--tone);stroke-width:1.25;opacity:.75}
        .fault rect{fill:var(--tone)}.fault text{font-weight:600;fill:var(--ink)}
        .fault .inside{fill:var(--card)}
        .outage rect{fill:var(--ink)}.chart .loss text{fill:var(--failed);font-weight:600}
        .chart .outage text{fill:var(--ink)}
        .loss path{stroke:var(--failed);stroke-width:2;fill:none;stroke-linecap:round}
        .clip path{fill:var(--ink);opacity:.75}
        .hover path{fill:var(--ink);opacity:0}.hover path:hover{opacity:.1}
        .legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:6px 0 4px;padding:0;list-style:none;
        font-size:12.5px;color:var(--soft)}
        .legend li{display:flex;gap:7px;align-items:center}
        .readout{min-height:1.6em;margin:0;font-size:12.5px;color:var(--soft);
        font-variant-numeric:tabular-nums}

        """
}
