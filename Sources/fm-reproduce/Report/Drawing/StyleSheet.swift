// SPDX-License-Identifier: Apache-2.0

/// The looks of drawings and pages, on light and on dark ground.
///
/// The rules do without `"`, `&`, `<` and `>`, which HTML and XML read differently in a style element.
enum StyleSheet {
  /// The colours on one ground, as `#RRGGBB`.
  struct Theme {
    var ground: String
    var text: String
    var softText: String
    var grid: String

    /// Colours of lines and marks; people who do not see red, green or blue can tell them apart.
    var series: [String]
  }

  /// Light ground.
  static let light = Theme(
    ground: "#ffffff", text: "#1a1d21", softText: "#535b64", grid: "#e3e6ea",
    series: ["#0072b2", "#d55e00", "#6b0a33", "#9a4df0", "#14205a", "#888888"])

  /// Dark ground.
  static let dark = Theme(
    ground: "#16181d", text: "#eceef1", softText: "#a9b1ba", grid: "#2f343b",
    series: ["#56b4e9", "#f28e4b", "#a45cff", "#ffe94a", "#40ffb3", "#8c8c8c"])

  /// The number of colours for lines and marks.
  static var seriesCount: Int { light.series.count }

  /// The rules for drawings.
  ///
  /// Without CSS variables, so that programs other than browsers show drawings as well; those take the
  /// light colours.
  static let drawing =
    """
    text{font-family:system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;font-size:12px}
    .title{font-size:16px;font-weight:600}
    .subtitle{font-weight:600}
    .small{font-size:11px}
    .middle{text-anchor:middle}
    .end{text-anchor:end}
    .axis,.grid,.curve{fill:none}
    .axis,.grid{stroke-width:1}
    .curve{stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
    .dashed{stroke-dasharray:7 5}
    .dotted{stroke-dasharray:.1 4.5;stroke-width:2.2}
    .band{fill-opacity:.2;stroke:none}
    .hit{fill-opacity:0}
    .mark{fill-opacity:.8;stroke-width:.6}
    .label{paint-order:stroke;stroke-width:3;stroke-linejoin:round}

    """ + colours(light) + "@media (prefers-color-scheme:dark){\n" + colours(dark) + "}\n"

  /// The further rules for pages.
  static let page =
    """
    :root{color-scheme:light dark}
    body{font:15px/1.5 system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;margin:0}
    main{max-width:1000px;margin:0 auto;padding:24px 20px 48px}
    h1{font-size:26px;line-height:1.25;margin:0 0 4px}
    h2{font-size:19px;margin:36px 0 8px}
    p{margin:0 0 8px}
    figure{margin:0 0 20px}
    figure svg{display:block;width:100%;height:auto}
    figcaption,.note{font-size:13px}
    .scroll{overflow-x:auto;margin-bottom:8px}
    table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px}
    th,td{padding:4px 10px;text-align:right;white-space:nowrap}
    th{font-weight:600}
    .word{text-align:left}

    """ + pageColours(light) + "@media (prefers-color-scheme:dark){\n" + pageColours(dark) + "}\n"

  private static func colours(_ theme: Theme) -> String {
    var rules = """
      .paper{fill:\(theme.ground)}
      text{fill:\(theme.text)}
      .soft{fill:\(theme.softText)}
      .axis,.plain{stroke:\(theme.softText)}
      .grid{stroke:\(theme.grid)}
      .mark,.label{stroke:\(theme.ground)}

      """
    for (index, colour) in theme.series.enumerated() {
      rules += ".line\(index){stroke:\(colour)}\n.fill\(index){fill:\(colour)}\n"
    }
    return rules
  }

  private static func pageColours(_ theme: Theme) -> String {
    """
    body{background:\(theme.ground);color:\(theme.text)}
    figcaption,.note{color:\(theme.softText)}
    th,td{border-bottom:1px solid \(theme.grid)}

    """
  }
}
