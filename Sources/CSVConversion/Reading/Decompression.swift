// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Reads compressed files through the system's `gzip`.
enum Decompression {
  /// Writes what a `.gz` file holds to a descriptor.
  ///
  /// - Throws: `FormatError` with the first line that `gzip` says when it fails.
  static func run(_ path: String, to output: CInt) throws(FormatError) {
    let messages = try TemporaryFile.open()
    defer { close(messages) }
    #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    #else
    var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, messages, STDERR_FILENO)
    let arguments = ["gzip", "-dc", "--", path]
    var words = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process = pid_t()
    let failure = posix_spawnp(&process, "gzip", &actions, nil, &words, inheritedEnvironment)
    guard failure == 0 else {
      throw FormatError(
        path: path, found: "gzip cannot be started: \(SystemMessage.text(for: failure))",
        advice: "decompress the file first")
    }
    var status: CInt = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else {
        throw FormatError(path: path, found: "waiting for gzip failed: \(SystemMessage.last)")
      }
    }
    guard status == 0 else {
      throw FormatError(path: path, found: "gzip failed: \(firstLine(of: messages))")
    }
  }

  private static func firstLine(of descriptor: CInt) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 512) { buffer in
      let count = max(0, pread(descriptor, buffer.baseAddress, buffer.count, 0))
      let line = buffer[..<count].split(separator: Ascii.lineFeed).first ?? buffer[..<0]
      return line.isEmpty ? "it does not say why" : String(decoding: line, as: UTF8.self)
    }
  }
}

private var inheritedEnvironment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
  #if canImport(Darwin)
  _NSGetEnviron().pointee
  #else
  environ
  #endif
}
