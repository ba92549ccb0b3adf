// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A tool that runs, with files for its standard streams: however much it writes, it waits for nobody.
final class RunningTool {
  private let process = Process()
  private let streams: URL
  private let command: String
  private var wasKilled = false

  /// How long a tool may take before it counts as hanging, in seconds: far longer than any does, so
  /// that no test depends on the speed of a machine.
  private static let patience = 120.0

  /// Starts an executable.
  ///
  /// - Parameters:
  ///   - executable: The program.
  ///   - arguments: What follows its name.
  ///   - folder: Where it runs.
  ///   - input: What it reads on standard input.
  ///   - environment: All its variables.
  /// - Throws: What keeps it from being started.
  init(
    _ executable: URL, _ arguments: [String], in folder: URL, input: String,
    environment: [String: String]
  ) throws {
    command = ([executable.lastPathComponent] + arguments).joined(separator: " ")
    streams = FileManager.default.temporaryDirectory
      .appendingPathComponent("libfm-swift-streams-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: streams, withIntermediateDirectories: true)
    let names = ["in", "out", "err"].map(streams.appendingPathComponent)
    for name in names { try Data().write(to: name) }
    try Data(input.utf8).write(to: names[0])

    // A signal that this process ignores, as in the background of a script, would stay ignored.
    signal(SIGINT, SIG_DFL)
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = environment
    process.standardInput = try FileHandle(forReadingFrom: names[0])
    process.standardOutput = try FileHandle(forWritingTo: names[1])
    process.standardError = try FileHandle(forWritingTo: names[2])
    try process.run()
  }

  deinit {
    if process.isRunning {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    try? FileManager.default.removeItem(at: streams)
  }

  /// Whether it has not ended yet.
  var isRunning: Bool { process.isRunning }

  /// What it has written on standard output so far.
  var outputSoFar: String {
    let bytes = try? Data(contentsOf: streams.appendingPathComponent("out"))
    return String(decoding: bytes ?? Data(), as: UTF8.self)
  }

  /// Sends a signal, unless the tool has ended.
  func send(_ signal: Int32) {
    guard process.isRunning else { return }
    wasKilled = wasKilled || signal == SIGKILL
    kill(process.processIdentifier, signal)
  }

  /// Waits until a condition holds.
  ///
  /// - Returns: Whether it does; not when the tool has ended or hangs.
  func wait(until condition: () -> Bool) -> Bool {
    let start = Date()
    while !condition() {
      guard process.isRunning, Date().timeIntervalSince(start) < Self.patience else {
        return condition()
      }
      usleep(500)
    }
    return true
  }

  /// Waits for the end.
  ///
  /// - Returns: How the run ended.
  /// - Throws: An issue when the tool hangs; it is ended then.
  func end() throws -> ToolRun {
    let identifier = process.processIdentifier
    let watch = DispatchWorkItem { kill(identifier, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience, execute: watch)
    process.waitUntilExit()
    watch.cancel()
    let run = ToolRun(
      command: command, status: process.terminationStatus,
      wasSignalled: process.terminationReason == .uncaughtSignal,
      output: Array(try Data(contentsOf: streams.appendingPathComponent("out"))),
      errors: Array(try Data(contentsOf: streams.appendingPathComponent("err"))))
    try #require(!(run.wasSignalled && run.status == SIGKILL && !wasKilled), "hangs: \(run)")
    return run
  }
}
