// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("triple_format_to_libfm")
struct TripleFormatTests {
  private let tool: BuiltTool

  init() throws {
    tool = try BuiltTool("triple_format_to_libfm")
  }

  @Test("numbers features by first appearance and writes their groups")
  func firstAppearance() throws {
    try tool.write("r.dat", "u1::i1::5::100\nu2::i1::3::101\nu1::i2::4::102\n")
    let run = try tool.run([
      "--in", "r.dat", "--separator", "::", "--target_column", "2", "--delete_column", "3",
      "--outmeta", "groups",
    ])
    run.expectSuccess()
    #expect(run.outputText == "transforming file r.dat to r.dat.libfm...\n")
    #expect(try tool.read("r.dat.libfm") == "5 0:1 1:1\n3 2:1 1:1\n4 0:1 3:1\n")
    #expect(try tool.read("groups") == "0\n1\n0\n1\n")
    #expect(try tool.files() == ["groups", "r.dat", "r.dat.libfm"])
  }

  @Test("shares ids between tables and skips the header of each")
  func severalTables() throws {
    try tool.write("a", "user item rating\nx y 1\n\nx z 2")
    try tool.write("b", "user item rating\nx y 3\nw y 4\n")
    let run = try tool.run(["-in", "a;b", "-head", "1", "-t", "2", "-off=5"])
    run.expectSuccess()
    #expect(try tool.read("a.libfm") == "1 5:1 6:1\n2 5:1 7:1\n")
    #expect(try tool.read("b.libfm") == "3 5:1 6:1\n4 8:1 6:1\n")
  }

  @Test("counts the group of equal texts in different columns apart")
  func equalTexts() throws {
    try tool.write("a", "1 1 1 1\n1 1\n")
    try tool.run(["--in", "a", "--target_column", "0"]).expectSuccess()
    #expect(try tool.read("a.libfm") == "1 0:1 1:1 2:1\n1 0:1\n")
  }

  @Test("takes a negative target from the end and keeps it as a feature")
  func negativeTarget() throws {
    try tool.write("a", "u i 5\nu 3\n")
    try tool.run(["--in", "a", "--target_column", "-1"]).expectSuccess()
    #expect(try tool.read("a.libfm") == "5 0:1 1:1 2:1\n3 0:1 3:1\n")
  }

  @Test("passes bytes through that are no UTF-8")
  func otherBytes() throws {
    try tool.write("a", bytes: [0xFF, 0x2C, 0x35, 0xE9, 0x2C, 0xFE, 0x0A, 0xFF, 0x2C, 0x00, 0x0A])
    try tool.run(["--in", "a", "--target_column", "1", "--separator", ","]).expectSuccess()
    #expect(try tool.bytes("a.libfm") == [0x35, 0xE9] + " 0:1 1:1\n".utf8 + [0] + " 0:1\n".utf8)
    let pattern = ["--in", "a", "--target_column", "1", "--separator", ",|;"]
    try tool.run(pattern).expectSuccess()
    #expect(try tool.bytes("a.libfm") == [0x35, 0xE9] + " 0:1 1:1\n".utf8 + [0] + " 0:1\n".utf8)
  }

  @Test("says that a carriage return stays with the last column")
  func carriageReturn() throws {
    try tool.write("a", "u 5\r\n")
    let run = try tool.run(["--in", "a", "--target_column", "1"])
    run.expectFailure(0, saying: "a: lines end in CR LF")
    #expect(try tool.read("a.libfm") == "5\r 0:1\n")
  }

  @Test("leaves nothing behind when a line is too short")
  func shortLine() throws {
    try tool.write("a", "u i 5\n")
    try tool.write("b", "u i 5\n\nu i\n")
    try tool.write("a.libfm", "old")
    let run = try tool.run(["--in", "a,b", "--target_column", "2", "--outmeta", "groups"])
    run.expectFailure(1, saying: "triple_format_to_libfm: b:3: 2 columns; expected at least 3")
    #expect(try tool.files() == ["a", "a.libfm", "b"])
    #expect(try tool.read("a.libfm") == "old")
  }

  @Test(
    "refuses a wrong command line",
    arguments: [
      (["--in", "a"], "--target_column"),
      (["--target_column", "1"], "--in"),
      (["--in", "a", "--target_column", "x"], "'x' is not a whole number"),
      (["--in", "a", "--target_column", "1", "--seperator", ","], "--separator?"),
      (["--in", "a", "--target_column", "1", "--separator", "["], "not a regular expression"),
      (["--in", "a", "--target_column", "1", "--o", "5"], "--offset or --outmeta"),
      (["--in", "a", "--target_column", "1", "b"], "'b' does not belong"),
    ])
  func wrongCommandLine(arguments: [String], message: String) throws {
    try tool.write("a", "u i 5\n")
    try tool.run(arguments).expectFailure(64, saying: message)
    #expect(try tool.files() == ["a"])
  }

  @Test("reports a table that is missing or a folder before it writes anything")
  func missingTable() throws {
    try tool.write("a", "u i 5\n")
    let missing = try tool.run(["--in", "a,b", "--target_column", "2"])
    missing.expectFailure(1, saying: "b: ")
    try tool.run(["--in", ".", "--target_column", "2"]).expectFailure(1, saying: "directory")
    #expect(try tool.files() == ["a"])
  }

  @Test("survives any column number", arguments: [Int.min, -4, 3, Int.max])
  func extremeColumns(column: Int) throws {
    try tool.write("a", "u i 5\n")
    let run = try tool.run(["--in", "a", "--target_column", "\(column)"])
    run.expectFailure(1, saying: "a:1: 3 columns; expected at least ")
    #expect(try tool.files() == ["a"])
  }

  @Test("shows help and version")
  func help() throws {
    let run = try tool.run(["--help"])
    run.expectSuccess()
    #expect(run.outputText.contains("--target_column N"))
    #expect(try tool.run([]).outputText == run.outputText)
    #expect(try tool.run(["--version"]).outputText.hasPrefix("triple_format_to_libfm "))
  }
}
