// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A fresh folder in which the commands of a golden case run.
struct GoldenSandbox {
  private let golden: GoldenCase
  private let threadCount: Int?
  private let tools: [BuiltTool]

  /// Finds the case's tools and lays out its data.
  ///
  /// - Parameters:
  ///   - golden: the case.
  ///   - threadCount: what libFM is told to use.
  /// - Throws: an issue when a tool does not exist, and what the file system says.
  init(_ golden: GoldenCase, threadCount: Int?) throws {
    self.golden = golden
    self.threadCount = threadCount
    var tools: [BuiltTool] = []
    for command in golden.commands {
      tools.append(try BuiltTool(command[0], sharingFolderOf: tools.first))
    }
    self.tools = tools
    let data = tools[0].url("data")
    if golden.copiesData {
      try FileManager.default.copyItem(at: GoldenCase.dataFolder, to: data)
    } else {
      try FileManager.default.createSymbolicLink(
        at: data, withDestinationURL: GoldenCase.dataFolder)
    }
  }

  /// Runs the case: nil when all is as expected, or a sentence on the first difference.
  func problem() throws -> String? {
    switch golden.expectation {
    case .failure: try problemOfFailure()
    case .success(let statuses, let output, let files):
      try problemOfSuccess(statuses: statuses, output: output, files: files)
    }
  }

  private func problemOfSuccess(
    statuses: [Int32], output: [UInt8], files: [String: [UInt8]]
  ) throws -> String? {
    let before = try regularFiles(below: tools[0].folder)
    var printed: [UInt8] = []
    for index in tools.indices {
      let run = try run(index)
      if run.wasSignalled || run.status != statuses[index] {
        return "expected exit status \(statuses[index]): \(run)"
      }
      printed += afterBanner(run.output)
    }
    if let difference = firstDifference(
      "stdout", expected: output, found: maskingFreeLines(printed, as: output))
    {
      return difference
    }
    let written = try newFiles(since: before)
    for (name, expected) in files {
      guard let found = written[name] else { return "\(name) was not written" }
      if let difference = firstDifference(
        name, expected: maskingTimes(expected), found: maskingTimes(found))
      {
        return difference
      }
    }
    let unexpected = written.keys.filter { files[$0] == nil }.sorted()
    return unexpected.isEmpty ? nil : "written, but not expected: \(unexpected)"
  }

  private func problemOfFailure() throws -> String? {
    for index in tools.indices {
      let before = try regularFiles(below: tools[0].folder)
      let run = try run(index)
      if index + 1 < tools.count {
        if run.wasSignalled || run.status != 0 { return "expected exit status 0: \(run)" }
        continue
      }
      if run.wasSignalled || run.status == 0 { return "expected an error: \(run)" }
      if run.errorText.allSatisfy(\.isWhitespace) { return "no message: \(run)" }
      let left = try newFiles(since: before).keys.sorted()
      if !left.isEmpty { return "failed, but left \(left): \(run)" }
    }
    return nil
  }

  private func run(_ index: Int) throws -> ToolRun {
    let command = golden.commands[index]
    let threads = threadCount.map { ["-threads", "\($0)"] } ?? []
    return try tools[index].run(command.dropFirst() + (command[0] == "libFM" ? threads : []))
  }

  /// What is new or changed in the folder.
  private func newFiles(since before: [String: [UInt8]]) throws -> [String: [UInt8]] {
    try regularFiles(below: tools[0].folder).filter { before[$0.key] != $0.value }
  }
}
