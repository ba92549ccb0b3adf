// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Reading files in small pieces, so that this tool stays small: a program that it starts inherits
/// its peak memory.
enum FileContents {
  /// The whole of a short file as text; bytes that are no UTF-8 are replaced.
  ///
  /// - Throws: a `CommandError` when the file cannot be read.
  static func text(of path: String) throws(CommandError) -> String {
    var bytes: [UInt8] = []
    try forEachPiece(of: path) { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Calls `body` with the bytes of a file, piece after piece.
  ///
  /// - Throws: a `CommandError` when the file cannot be read.
  static func forEachPiece(
    of path: String, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) throws(CommandError) {
    let file = try open(path)
    defer { fclose(file) }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: pieceSize) { piece in
      while true {
        let count = fread(piece.baseAddress, 1, pieceSize, file)
        if count == 0 { return }
        body(UnsafeBufferPointer(rebasing: piece[..<count]))
      }
    }
  }

  /// Whether two files hold the same bytes.
  ///
  /// - Throws: a `CommandError` when one of them cannot be read.
  static func areEqual(_ first: String, _ second: String) throws(CommandError) -> Bool {
    let files = (try open(first), try open(second))
    defer {
      fclose(files.0)
      fclose(files.1)
    }
    var pieces = ([UInt8](repeating: 0, count: pieceSize), [UInt8](repeating: 0, count: pieceSize))
    while true {
      let counts = (
        fread(&pieces.0, 1, pieceSize, files.0), fread(&pieces.1, 1, pieceSize, files.1)
      )
      guard counts.0 == counts.1, pieces.0[..<counts.0] == pieces.1[..<counts.1] else {
        return false
      }
      if counts.0 == 0 { return true }
    }
  }

  /// The size of a file in bytes; nil when it is not there.
  static func size(of path: String) -> Int? {
    var information = stat()
    return stat(path, &information) == 0 ? Int(information.st_size) : nil
  }

  private static func open(_ path: String) throws(CommandError) -> UnsafeMutablePointer<FILE> {
    guard let file = fopen(path, "rb") else {
      throw .failure("\(path): \(String(cString: strerror(errno)))")
    }
    return file
  }
}

private let pieceSize = 1 << 16
