// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CommandLineSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

@Suite("Output of a command")
struct OutputTests {
  @Test("arrives in order, at the latest when flushed")
  func order() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let output = StandardOutput(descriptor: ends[1])
    output.write("one\n")
    [UInt8]("two\n".utf8).withUnsafeBytes { output.write($0) }
    output.flush()
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(ends[0], &bytes, bytes.count)
    #expect(String(decoding: bytes.prefix(count), as: UTF8.self) == "one\ntwo\n")
    #expect(!output.isClosed && output.failure == nil)
    close(ends[0])
    close(ends[1])
  }

  @Test("is dropped in silence when the reader has gone")
  func closedPipe() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    let output = StandardOutput(descriptor: ends[1])
    output.write(String(repeating: "x", count: 200_000))
    output.flush()
    #expect(output.isClosed)
    #expect(output.failure == nil)
    close(ends[1])
  }

  @Test("reports any other failure")
  func badDescriptor() {
    let output = StandardOutput(descriptor: -1)
    output.write("x")
    output.flush()
    #expect(!output.isClosed)
    #expect(output.failure != nil)
  }

  @Test("shows control characters of messages in escaped form")
  func printable() {
    #expect(StandardError.printable("a\nb\tc\r\u{1B}[1m é\u{85}") == #"a\nb\tc\r\x1B[1m é\x85"#)
  }

  @Test("shows no progress where standard error is no terminal or silence is wanted")
  func progress() {
    #expect(!ProgressLine(isQuiet: true).isEnabled)
    var made = false
    func text() -> String {
      made = true
      return "working"
    }
    ProgressLine(isQuiet: true).update(text())
    #expect(!made)
  }
}
