// SPDX-License-Identifier: Apache-2.0

import LibFMFormats
import Testing

@Suite("Logs")
struct RunLogReaderTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test("come back as they were written")
  func roundTrip() throws {
    let log = try RunLog(path: folder["log"], columns: ["rmse", "alpha", "wmu[0]"])
    try log.append([0.5, nil, -1e-9])
    try log.append([.infinity, 2, -.nan])
    let table = try RunLogReader.read(folder["log"])
    #expect(table.columns == ["rmse", "alpha", "wmu[0]"])
    #expect(table.iterationCount == 2 && !table.endsAbruptly)
    #expect(table["rmse"] == [0.5, .infinity])
    #expect(table["alpha"]?[0].isNaN == true && table["alpha"]?[1] == 2)
    #expect(table["wmu[0]"]?[0] == -1e-9 && table["wmu[0]"]?[1].isNaN == true)
    #expect(table["none"] == nil)
  }

  @Test("may lack cells, end with carriage returns, or be cut in their last line")
  func leniency() throws {
    let table = try RunLogReader.read(
      folder.write("accuracy\ttime\r\n0.5\t\r\n0.75\t3\r\n0.8\t3", to: "log"))
    #expect(table["accuracy"] == [0.5, 0.75])
    #expect(table["time"]?[0].isNaN == true && table["time"]?[1] == 3)
    #expect(table.endsAbruptly)
  }

  static let errors: [(text: String, line: Int?, column: Int?, message: String)] = [
    ("", 1, nil, "no column is named 'rmse' or 'accuracy'"),
    ("1 0:1\n", 1, nil, "no column is named 'rmse' or 'accuracy'"),
    ("mae\ttime\n1\t2\n", 1, nil, "no column is named"),
    ("rmse\tmae\trmse\n1\t2\t3\n", 1, nil, "two columns are named 'rmse'"),
    ("rmse\tmae\n", nil, nil, "the log has no whole line of numbers"),
    ("rmse\tmae\n0.5\t0.5", nil, nil, "the log has no whole line of numbers"),
    ("rmse\tmae\n1\t2\n1\n", 3, nil, "found 1 cells; expected 2"),
    ("rmse\tmae\n1\t2\t3\n", 2, nil, "found 3 cells; expected 2"),
    ("rmse\tmae\n1\t2\n\n", 3, nil, "found 1 cells; expected 2"),
    ("rmse\tmae\n1\t2x\n", 2, 3, "found '2x'; expected a number"),
    ("rmse\tmae\n1.25\t\u{1}\n", 2, 6, "found '\\x01'; expected a number"),
  ]

  @Test("that are none are refused with a place", arguments: errors)
  func refusals(text: String, line: Int?, column: Int?, message: String) throws {
    let path = try folder.write(text, to: "log")
    let error = try #require(throws: FormatError.self) { try RunLogReader.read(path) }
    #expect(error.path == path && error.line == line && error.column == column, "\(error)")
    #expect(error.description.contains(message), "\(error)")
  }

  @Test("that are missing are refused")
  func missing() {
    #expect(throws: FormatError.self) { try RunLogReader.read(folder["none"]) }
  }
}
