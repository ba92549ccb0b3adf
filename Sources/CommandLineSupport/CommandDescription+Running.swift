// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension CommandDescription {
  /// Reads this process's command line, answers a request for help or the version, or does the
  /// work; reports what it throws on standard error.
  ///
  /// A closed standard output ends nothing: see `StandardOutput`. Nor does the limit on the size of
  /// files: reaching it is an error like a full disk. A signal that ends the process, such as Ctrl-C,
  /// removes files that are not complete.
  ///
  /// - Parameters:
  ///   - leadingCount: How many arguments stand before those described here, such as the word of a
  ///     subcommand.
  ///   - body: The work; returns the exit status.
  /// - Returns: The status to pass to `exit`.
  public func run(
    droppingFirst leadingCount: Int = 0, _ body: (ParsedFlags, StandardOutput) throws -> Int32
  ) -> Int32 {
    // Both come back as errors of the write that caused them.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    Interruption.install()
    let output = StandardOutput()
    var status: Int32
    do {
      switch try parse(Array(try Self.processArguments().dropFirst(leadingCount))) {
      case .help:
        output.write(HelpText(self, width: Terminal.width(of: STDOUT_FILENO)).text)
        status = ExitStatus.success
      case .version:
        output.write("\(name) (libfm-swift) \(ProductVersion.text)\n")
        status = ExitStatus.success
      case .run(let flags):
        status = try body(flags, output)
      }
    } catch {
      output.flush()
      report(error)
      status = (error as? CommandError)?.status ?? ExitStatus.failure
    }
    output.flush()
    if let reason = output.failure, status == ExitStatus.success {
      report(CommandError.failure("standard output: \(reason)"))
      status = ExitStatus.failure
    }
    StandardError.clearProgress()
    return status
  }

  /// Writes an error or a warning on standard error: the tool's name and the message on one line.
  public func report(_ message: Any) {
    StandardError.writeLine("\(name): \(message)")
  }

  private static func processArguments() throws(CommandError) -> [String] {
    var arguments: [String] = []
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let bytes = CommandLine.unsafeArgv[index] else { break }
      guard let text = String(validatingCString: bytes) else {
        throw .usage("argument \(index) ('\(String(cString: bytes))') is not valid UTF-8")
      }
      arguments.append(text)
    }
    return arguments
  }
}
