// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// libFM's vector files (`.y`, `.target`, row mappings): u32 1, u32 4 (the size of an element), u32
/// number of elements, then the elements, little-endian.
public enum VectorFile {
  static let mark: UInt32 = 1
  static let elementSize: UInt32 = 4
  static let headerSize = 12

  /// Reads targets.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read, is no vector file, or is shorter than what
  ///   its header announces; `OutOfMemoryError`.
  public static func readTargets(_ path: String) throws -> AlignedBuffer<Float> {
    try read(InputBytes(path: path), path: path, as: Float.init(bitPattern:))
  }

  /// Writes targets to a file, which appears complete or not at all.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  public static func write(
    _ targets: UnsafeBufferPointer<Float>, to path: String
  ) throws(FormatError) {
    let file = try WholeFile(path)
    try writeHeader(count: targets.count, to: file)
    try write(targets, to: file)
    try file.commit()
  }

  /// Whether bytes begin as a vector file does.
  static func isVectorFile(_ input: InputBytes) -> Bool {
    input.count >= 8 && word(0, of: input) == mark && word(1, of: input) == elementSize
  }

  /// Reads the elements of a vector file.
  static func read<Element>(
    _ input: InputBytes, path: String, as element: (UInt32) -> Element
  ) throws -> AlignedBuffer<Element> {
    defer { withExtendedLifetime(input) {} }
    try check(input, path: path)
    let count = Int(word(2, of: input))
    let elements = try AlignedBuffer<Element>(count: count)
    let start = UnsafeRawPointer(input.base) + headerSize
    for index in 0..<count {
      elements.base[index] = element(
        UInt32(littleEndian: start.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self)))
    }
    return elements
  }

  static func writeHeader(count: Int, to file: WholeFile) throws(FormatError) {
    guard let count = UInt32(exactly: count) else {
      throw FormatError(
        path: file.path, found: "\(count) cases do not fit into a binary file",
        expected: "at most \(UInt32.max)")
    }
    try file.write(words: [mark, elementSize, count].map(\.littleEndian))
  }

  static func write(
    _ targets: UnsafeBufferPointer<Float>, to file: WholeFile
  ) throws(FormatError) {
    #if _endian(little)
    try file.write(UnsafeRawBufferPointer(targets))
    #else
    try file.write(words: targets.map { $0.bitPattern.littleEndian })
    #endif
  }

  private static func check(_ input: InputBytes, path: String) throws(FormatError) {
    guard input.count >= headerSize else {
      throw FormatError(
        path: path, found: "the file has \(input.count) bytes",
        expected: "a vector file, which begins with a header of \(headerSize) bytes",
        advice: makeByConvert)
    }
    guard word(0, of: input) == mark else {
      throw FormatError(
        path: path, byte: 0, found: "the file begins with the number \(word(0, of: input))",
        expected: "\(mark), the mark of a vector file", advice: makeByConvert)
    }
    guard word(1, of: input) == elementSize else {
      throw FormatError(
        path: path, byte: 4, found: "an element has \(word(1, of: input)) bytes",
        expected: "\(elementSize)", advice: makeByConvert)
    }
    guard Int(word(2, of: input)) <= (input.count - headerSize) / 4 else {
      throw FormatError(
        path: path,
        found: "the file has \(input.count) bytes, too few for the \(word(2, of: input)) elements "
          + "that its header announces",
        advice: "the file is cut off or damaged; make it again")
    }
  }

  private static func word(_ index: Int, of input: InputBytes) -> UInt32 {
    let start = UnsafeRawPointer(input.base)
    return UInt32(littleEndian: start.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
  }
}

extension WholeFile {
  /// Writes words as they lie in memory.
  func write(words: [UInt32]) throws(FormatError) {
    let result = words.withUnsafeBytes { bytes in
      Result { () throws(FormatError) in try write(bytes) }
    }
    try result.get()
  }
}

private let makeByConvert = "convert makes such files from text"
