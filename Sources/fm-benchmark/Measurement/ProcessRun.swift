// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What one run of a program took.
struct ProcessRun: Sendable {
  /// Seconds from start to end on the wall's clock.
  var wallSeconds: Double

  /// Processor seconds of all threads.
  var processorSeconds: Double

  /// The greatest resident memory, in bytes; at least that of this tool when it started the run.
  var peakBytes: Int

  /// Runs a program to its end, without input and with its streams in files.
  ///
  /// - Throws: a `CommandError` when the program cannot be started or does not end with status 0.
  static func of(
    _ path: String, _ arguments: [String], standardOutput: String, standardError: String
  ) throws(CommandError) -> ProcessRun {
    #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    #else
    var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let writing = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, standardOutput, writing, 0o644)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, standardError, writing, 0o644)
    var words = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }

    let start = ElapsedTime.now()
    var process = pid_t()
    let failure = posix_spawn(&process, path, &actions, nil, &words, inheritedEnvironment)
    guard failure == 0 else {
      throw .failure("\(path) cannot be started: \(String(cString: strerror(failure)))")
    }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) < 0 {
      guard errno == EINTR else {
        throw .failure("\(path): waiting failed: \(String(cString: strerror(errno)))")
      }
    }
    let wallSeconds = (ElapsedTime.now() - start).wall

    guard status == 0 else {
      let end =
        status & 0x7f == 0 ? "ended with status \(status >> 8)" : "ended by signal \(status & 0x7f)"
      throw .failure("\(path) \(end): \(tail(ofFile: standardError))")
    }
    return ProcessRun(
      wallSeconds: wallSeconds,
      processorSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
      peakBytes: Int(usage.ru_maxrss) * residentUnit)
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1e6
  }

  private static func tail(ofFile path: String) -> String {
    let lines = (try? FileContents.text(of: path))?.split(separator: "\n") ?? []
    return lines.last.map(String.init) ?? "it said nothing on standard error"
  }
}

/// The unit of `ru_maxrss`, in bytes.
#if canImport(Darwin)
private let residentUnit = 1
#else
private let residentUnit = 1_024
#endif

private var inheritedEnvironment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
  #if canImport(Darwin)
  _NSGetEnviron().pointee
  #else
  environ
  #endif
}
