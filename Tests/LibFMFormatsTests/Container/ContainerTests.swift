// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Binary files of sections")
struct ContainerTests {
  @Test("bring every kind of value back")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    try write(folder["file"])
    let reader = try ContainerReader(folder["file"], kind: kind)
    #expect(reader.version == 3)
    var fields = try reader.section(fieldsTag)
    #expect(try fields.integer(UInt8.self) == 200)
    #expect(try fields.integer(Int64.self) == -5)
    #expect(try fields.double().bitPattern == (-0.0).bitPattern)
    #expect(try fields.flag())
    #expect(try fields.text() == "naïve\n")
    #expect(try fields.doubles() == [1.5, .infinity])
    try fields.finish()
    let places = reader.places(of: numbersTag)
    #expect(places.map(\.byteCount) == [12, 0])
    var numbers = try reader.open(places[0])
    let copy = try AlignedBuffer<Float>(count: 2)
    try numbers.read(into: copy)
    #expect(Array(copy) == [1, 2])
    #expect(try numbers.withNumbers(count: 1, as: Float.self) { Array($0) } == [3])
    try reader.open(places[1]).finish()
    #expect(try reader.sectionIfPresent(FourLetters("none")) == nil)
  }

  @Test("are refused when they end early, wherever that is")
  func truncated() throws {
    let folder = try TemporaryFolder()
    try write(folder["file"])
    let bytes = try folder.bytes(of: "file")
    for count in 0..<bytes.count {
      let path = try folder.write(Array(bytes[..<count]), to: "cut")
      let error = #expect(throws: FormatError.self) { try readAll(path) }
      let text = error?.description ?? ""
      #expect(text.contains(count < 8 ? "is not a test file" : "ends after \(count) bytes"))
    }
  }

  @Test("are refused when a byte differs, whichever it is")
  func damaged() throws {
    let folder = try TemporaryFolder()
    try write(folder["file"])
    let bytes = try folder.bytes(of: "file")
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0x10
      let path = try folder.write(changed, to: "damaged")
      #expect(throws: FormatError.self, "byte \(index)") { try readAll(path) }
    }
  }

  @Test("of a later version or another kind are refused by name")
  func otherKinds() throws {
    let folder = try TemporaryFolder()
    try write(folder["file"])
    expect(
      kind: ContainerKind(FourLetters("test"), version: 2, name: "a test file"), folder["file"],
      "file: a test file of version 3; expected a version from 1 to 2; use the newer")
    expect(
      kind: ContainerKind(FourLetters("more"), version: 3, name: "another file"), folder["file"],
      "a libfm-swift file, of the kind 'test'; expected another file, of the kind 'more'")
    for (letters, name): (StaticString, String) in [
      ("modl", "a model file"), ("post", "a posterior file"), ("ckpt", "a checkpoint"),
    ] {
      try ContainerWriter(
        folder["other"], kind: ContainerKind(FourLetters(letters), version: 1, name: name)
      ).commit()
      expect(kind: kind, folder["other"], "other: this is \(name), of the kind '\(letters)'")
    }
    expect(kind: kind, try folder.write("0.25\n", to: "text"), "text: this is not a test file")
    expect(kind: kind, folder["none"], "none: cannot be opened")
  }

  @Test("tell when a section is missing or holds something else")
  func misfits() throws {
    let folder = try TemporaryFolder()
    try write(folder["file"])
    let reader = try ContainerReader(folder["file"], kind: kind)
    let missing = #expect(throws: FormatError.self) { try reader.section(FourLetters("none")) }
    #expect(missing?.description.contains("the section 'none' is missing") == true)
    var section = try reader.section(fieldsTag)
    let long = #expect(throws: FormatError.self) { try section.doubles() }
    #expect(long?.description.contains("the section 'flds' has a count of") == true)
    let more = #expect(throws: FormatError.self) { try section.finish() }
    #expect(more?.description.contains("more bytes") == true)
    let large = try AlignedBuffer<Double>(count: 1000)
    #expect(throws: FormatError.self) { try section.read(into: large) }
  }

  @Test("go on behind any section, in the same file or in another one")
  func goingOn() throws {
    let folder = try TemporaryFolder()
    func field(_ number: UInt64) -> ContainerFields {
      var fields = ContainerFields()
      fields.append(number)
      return fields
    }
    func section(_ number: UInt64, _ writer: ContainerWriter) throws {
      try writer.write(numbersTag, field(number))
    }
    let whole = try ContainerWriter(folder["whole"], kind: kind)
    var places = [whole.place]
    for number in 0..<4 as Range<UInt64> {
      try section(number, whole)
      places.append(whole.place)
    }
    try whole.commit()
    let bytes = try folder.bytes(of: "whole")
    #expect(Set(places.map(\.fingerprint)).count == places.count)
    for (done, place) in places.enumerated() {
      let beginning = try #require(
        try ContainerBeginning(
          folder["whole"], kind: kind, byteCount: place.byteCount, notingAfter: 1))
      #expect(beginning.place.fingerprint == place.fingerprint)
      #expect(beginning.notedPlace?.fingerprint == (done >= 1 ? places[1].fingerprint : nil))
      _ = try folder.write(bytes, to: "file.partial")
      for writer in [
        try ContainerWriter(lasting: folder["file"], from: beginning.place),
        try ContainerWriter(folder["copy"], copying: beginning),
      ] {
        for number in UInt64(done)..<4 { try section(number, writer) }
        try writer.commit()
      }
      #expect(try folder.bytes(of: "file") == bytes && folder.bytes(of: "copy") == bytes)
    }
  }

  @Test("begin only as their bytes do")
  func beginnings() throws {
    let folder = try TemporaryFolder()
    try write(folder["file"])
    let bytes = try folder.bytes(of: "file")
    let reader = try ContainerReader(folder["file"], kind: kind)
    let end = reader.places(of: numbersTag)[0].end + ContainerFormat.checksumSize
    func beginning(_ path: String, _ count: Int) throws -> ContainerBeginning? {
      try ContainerBeginning(path, kind: kind, byteCount: count)
    }
    let expected = try #require(try beginning(folder["file"], end)).place.fingerprint
    for count in 0...bytes.count + 1 where try beginning(folder["file"], count) != nil {
      #expect(count % 8 == 0 && count >= ContainerFormat.headerSize)
      #expect(try beginning(folder["file"], count)?.place.fingerprint != expected || count == end)
    }
    for index in 0..<end {
      var changed = bytes
      changed[index] ^= 0x10
      let place = try beginning(try folder.write(changed, to: "damaged"), end)?.place
      #expect(place?.fingerprint != expected, "byte \(index)")
      let cut = try folder.write(Array(bytes[..<index]), to: "cut")
      #expect(try beginning(cut, end) == nil)
    }
  }

  // MARK: Support

  private let kind = ContainerKind(FourLetters("test"), version: 3, name: "a test file")
  private let fieldsTag = FourLetters("flds")
  private let numbersTag = FourLetters("nums")

  private func write(_ path: String) throws {
    let writer = try ContainerWriter(path, kind: kind)
    var fields = ContainerFields()
    fields.append(UInt8(200))
    fields.append(Int64(-5))
    fields.append(-0.0)
    fields.append(true)
    fields.append("naïve\n")
    fields.append([1.5, .infinity])
    try writer.write(fieldsTag, fields)
    let numbers = try AlignedBuffer<Float>([1, 2, 3])
    try writer.write(numbersTag, byteCount: 12) { body throws(FormatError) in
      try body.write(numbers)
    }
    try writer.write(numbersTag, ContainerFields())
    try writer.commit()
  }

  /// Opens every section.
  private func readAll(_ path: String) throws {
    let reader = try ContainerReader(path, kind: kind)
    _ = try reader.section(fieldsTag)
    let places = reader.places(of: numbersTag)
    #expect(places.count == 2)
    for place in places { _ = try reader.open(place) }
  }

  private func expect(kind: ContainerKind, _ path: String, _ text: String) {
    let error = #expect(throws: FormatError.self) { try ContainerReader(path, kind: kind) }
    #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
  }
}
