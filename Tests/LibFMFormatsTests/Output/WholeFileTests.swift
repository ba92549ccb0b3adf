// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Foundation
import Testing

@testable import LibFMFormats

@Suite("Writing files whole or not at all")
struct WholeFileTests {
  @Test("the file appears when it is committed")
  func appearsAtCommit() throws {
    let folder = try TemporaryFolder()
    let file = try WholeFile(folder["out"])
    try file.write("text\n")
    try file.write(0.5)
    try file.write(byte: 10)
    #expect(!FileManager.default.fileExists(atPath: folder["out"]))
    try file.commit()
    #expect(try folder.text(of: "out") == "text\n0.5\n")
    #expect(try folder.names == ["out"])
    #expect(folder.mode(of: "out") & 0o111 == 0)
  }

  @Test("an abandoned or released file leaves the old one as it was")
  func leavesTheOldFile() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("old", to: "out")
    let abandoned = try WholeFile(folder["out"])
    try abandoned.write("new")
    abandoned.abandon()
    do {
      let released = try WholeFile(folder["out"])
      try released.write("new")
    }
    #expect(try folder.text(of: "out") == "old")
    #expect(try folder.names == ["out"])
  }

  @Test("texts larger than any buffer arrive in order")
  func writesLargeTexts() throws {
    let folder = try TemporaryFolder()
    let large = String(repeating: "0123456789abcdef", count: 50_000)
    let file = try WholeFile(folder["out"])
    try file.write("<")
    try file.write(large)
    for _ in 0..<100_000 { try file.write("12345") }
    try file.write(">")
    try file.commit()
    let expected = "<" + large + String(repeating: "12345", count: 100_000) + ">"
    #expect(try folder.text(of: "out") == expected)
  }

  @Test("what is written can be taken back", arguments: [0, 3, 300_000, 900_000])
  func cutting(end: Int) throws {
    let folder = try TemporaryFolder()
    let file = try WholeFile(folder["out"])
    let text = String(repeating: "0123456789", count: 90_000)
    try file.write(text)
    #expect(file.byteCount == 900_000)
    try file.cut(to: end)
    #expect(file.byteCount == end)
    try file.write("end")
    try file.commit()
    #expect(try folder.text(of: "out") == text.prefix(end) + "end")
  }

  @Test("what has gone to a device cannot be taken back")
  func cuttingDevice() throws {
    let file = try WholeFile("/dev/null")
    try file.write("text")
    try file.cut(to: 4)
    let error = #expect(throws: FormatError.self) { try file.cut(to: 3) }
    #expect(error?.description.contains("cannot be taken back") == true)
  }

  @Test("what is to be found again stays until it is complete or given up")
  func lasting() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("old", to: "out")
    chmod(folder["out"], 0o640)
    symlink("out", folder["link"])
    #expect(try WholeFile.lastingPath(of: folder["link"]) == folder["out.partial"])
    do {
      let file = try WholeFile(lasting: folder["link"], keeping: 0)
      try file.write("0123456789")
      try file.synchronize()
      #expect(try folder.text(of: "out.partial") == "0123456789")
      let second = #expect(throws: FormatError.self) {
        try WholeFile(lasting: folder["out"], keeping: 0)
      }
      #expect(second?.description.contains("another run is writing to this file") == true)
    }
    #expect(try folder.text(of: "out.partial") == "0123456789")
    #expect(try folder.text(of: "out") == "old")
    WholeFile.removeAllPending()
    do {
      let file = try WholeFile(lasting: folder["out"], keeping: 4)
      #expect(file.byteCount == 4)
      try file.write("end")
      try file.commit(durably: true)
    }
    #expect(try folder.text(of: "out") == "0123end")
    #expect(folder.mode(of: "out") == 0o640)
    try WholeFile(lasting: folder["out"], keeping: 0).abandon()
    #expect(try folder.names == ["link", "out"])
  }

  @Test("nothing is found again on a device, or under a name that is taken")
  func lastingRefusals() throws {
    let folder = try TemporaryFolder()
    let device = #expect(throws: FormatError.self) {
      try WholeFile(lasting: "/dev/null", keeping: 0)
    }
    #expect(device?.description.contains("a pipe or a device; expected a file") == true)
    mkdir(folder["out.partial"], 0o700)
    let directory = #expect(throws: FormatError.self) {
      try WholeFile(lasting: folder["out"], keeping: 0)
    }
    #expect(directory?.description.contains("out.partial: cannot be written") == true)
    symlink("elsewhere", folder["new.partial"])
    #expect(throws: FormatError.self) { try WholeFile(lasting: folder["new"], keeping: 0) }
    #expect(throws: FormatError.self) { try WholeFile(lasting: folder["none"], keeping: 1) }
    _ = try folder.write("short", to: "cut.partial")
    let short = #expect(throws: FormatError.self) {
      try WholeFile(lasting: folder["cut"], keeping: 6)
    }
    #expect(short?.description.contains("has become shorter") == true)
    #expect(try folder.names == ["cut.partial", "new.partial", "out.partial"])
  }

  @Test("numbers of several columns stand in lines, separated by tabs")
  func columns() throws {
    let folder = try TemporaryFolder()
    let numbers = try AlignedBuffer<Double>([0.5, 1, 2, 1e-7, .nan, 3])
    try PredictionFile.write(numbers, to: folder["out"], numbersPerLine: 3)
    #expect(try folder.text(of: "out") == "0.5\t1\t2\n1e-07\tnan\t3\n")
  }

  @Test("the mode of a replaced file is kept", arguments: [0o600, 0o640, 0o755] as [mode_t])
  func keepsTheMode(mode: mode_t) throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("old", to: "out")
    chmod(folder["out"], mode)
    try PredictionFile.write(
      AlignedBuffer([1]), to: folder["out"])
    #expect(folder.mode(of: "out") == mode)
    #expect(try folder.text(of: "out") == "1\n")
  }

  @Test("symbolic links are followed, also to files that are not there yet")
  func followsLinks() throws {
    let folder = try TemporaryFolder()
    mkdir(folder["sub"], 0o700)
    symlink("sub/target", folder["link"])
    symlink("link", folder["chain"])
    for text in ["first", "second"] {
      let file = try WholeFile(folder["chain"])
      try file.write(text)
      try file.commit()
      #expect(try folder.text(of: "sub/target") == text)
    }
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder["chain"]) == "link")
    #expect(try folder.names == ["chain", "link", "sub"])
  }

  @Test("what cannot be written is refused beforehand, and nothing is created")
  func refusesBeforehand() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("old", to: "readonly")
    chmod(folder["readonly"], 0o444)
    symlink("loop", folder["loop"])
    for (path, message) in [
      (folder["readonly"], "the file is read-only"), (folder.path, "this is a directory"),
      (folder["none/out"], "the folder '\(folder["none/"])' cannot be written to"),
      (folder["loop"], "cannot be written"), ("", "the name of a file to write is empty"),
      (folder["new/"], "this names a directory"), (folder["readonly/out"], "cannot be written"),
    ] {
      let checked = try #require(throws: FormatError.self) { try WholeFile.checkWritable(path) }
      #expect(checked.found.hasPrefix(message), "\(checked)")
      let opened = try #require(throws: FormatError.self) { try WholeFile(path) }
      #expect(opened == checked)
    }
    try WholeFile.checkWritable(folder["fine"])
    #expect(try folder.names == ["loop", "readonly"])
    #expect(try folder.text(of: "readonly") == "old")
  }

  @Test("pipes and devices are written directly")
  func writesPipes() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder["pipe"], 0o600) == 0)
    let descriptor = open(folder["pipe"], O_RDWR)
    defer { close(descriptor) }
    let file = try WholeFile(folder["pipe"])
    try file.write("through")
    try file.commit()
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = read(descriptor, &bytes, 100)
    #expect(String(decoding: bytes.prefix(count), as: UTF8.self) == "through")
    #expect(try folder.names == ["pipe"])

    let nowhere = try WholeFile("/dev/null")
    try nowhere.write("away")
    try nowhere.commit()
  }

  @Test("an open descriptor is written where it stands")
  func writesOpenDescriptors() throws {
    let folder = try TemporaryFolder()
    let descriptor = open(folder["log"], O_WRONLY | O_CREAT, 0o600)
    defer { close(descriptor) }
    #expect(write(descriptor, "before ", 7) == 7)
    let file = try WholeFile("/dev/fd/\(descriptor)")
    try file.write("within")
    try file.commit()
    #expect(write(descriptor, " after", 6) == 6)
    #expect(try folder.text(of: "log") == "before within after")
  }

  #if os(Linux)
  @Test("a full disk is an error")
  func fullDisk() throws {
    let file = try WholeFile("/dev/full")
    try file.write("text")
    let error = try #require(throws: FormatError.self) { try file.commit() }
    #expect(error.found.hasPrefix("cannot be written: no space left"))
  }
  #endif

  @Test("a pending file is known until it is complete")
  func notesPendingFiles() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("partial", to: "pending")
    let files = PendingFiles()
    let slot = try #require(files.add(path))
    files.remove(slot)
    files.deleteAll()
    #expect(try folder.names == ["pending"])
    #expect(files.add(path) != nil)
    files.deleteAll()
    #expect(try folder.names.isEmpty)
  }
}
