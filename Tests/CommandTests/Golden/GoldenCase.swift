// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What the original did with one set of commands; `testdata/golden/README.md` has the format.
struct GoldenCase: Sendable {
  /// The name of the case's folder.
  let name: String

  /// The commands, split into words.
  let commands: [[String]]

  /// Whether `data` is copied because a tool writes beside its inputs.
  let copiesData: Bool

  /// What must come out.
  let expectation: Expectation

  /// What the commands must do.
  enum Expectation: Sendable {
    /// End with these statuses, print this after the banner and write these files, no more.
    case success(statuses: [Int32], output: [UInt8], files: [String: [UInt8]])

    /// The last one ends with an error, says why and leaves nothing behind.
    case failure
  }

  /// All cases, by name.
  static let all: [GoldenCase] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: casesFolder.path)) ?? []
    return names.sorted().compactMap { try? GoldenCase(name: $0) }
  }()

  /// The inputs of all cases.
  static let dataFolder = goldenFolder.appendingPathComponent("data")

  /// Reads the case of that name.
  init(name: String) throws {
    self.name = name
    let folder = Self.casesFolder.appendingPathComponent(name)
    let isStrict = Self.exists("strict", in: folder)
    let lines = try Self.text("cmd", in: folder).split(separator: "\n")
    commands = lines.map { line in
      let words = shellWords(of: line)
      return isStrict && words[0] == "libFM" ? words + ["-strict"] : words
    }
    copiesData = Self.exists("copy-data", in: folder)
    if Self.exists("expect-error", in: folder) {
      expectation = .failure
      return
    }
    var files = try regularFiles(below: folder)
    for own in ["cmd", "about", "stdout", "exit", "copy-data", "strict"] { files[own] = nil }
    let statuses = try Self.text("exit", in: folder).split(whereSeparator: \.isWhitespace)
    expectation = .success(
      statuses: statuses.compactMap { Int32($0) },
      output: Array(try Data(contentsOf: folder.appendingPathComponent("stdout"))), files: files)
  }

  private static let goldenFolder = BuiltTool.packageFolder
    .appendingPathComponent("testdata/golden")
  private static let casesFolder = goldenFolder.appendingPathComponent("cases")

  private static func exists(_ file: String, in folder: URL) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(file).path)
  }

  private static func text(_ file: String, in folder: URL) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
  }
}

/// The contents of all files below a folder by their relative paths; links are not followed.
func regularFiles(below folder: URL) throws -> [String: [UInt8]] {
  var files: [String: [UInt8]] = [:]
  for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
    let file = folder.appendingPathComponent(path)
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
    files[path] = Array(try Data(contentsOf: file))
  }
  return files
}

/// The words of a command line with a shell's single and double quotes, without escapes.
private func shellWords(of line: some StringProtocol) -> [String] {
  var words: [String] = []
  var word: String?
  var quote: Character?
  for character in line {
    if let open = quote {
      if character == open { quote = nil } else { word?.append(character) }
    } else if character == "'" || character == "\"" {
      quote = character
      word = word ?? ""
    } else if character == " " {
      if let word { words.append(word) }
      word = nil
    } else {
      word = (word ?? "") + String(character)
    }
  }
  return words + (word.map { [$0] } ?? [])
}
