// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines

#if canImport(Darwin)
import Darwin
import MachO
#else
import Glibc
#endif

/// Where and when something was measured.
struct Environment: Codable, Sendable {
  var processor: String
  var processorCount: Int
  var system: String
  var toolchain: String
  /// UTC, as in ISO 8601.
  var date: String

  /// This machine, this build, now.
  static var current: Environment {
    var name = utsname()
    uname(&name)
    let system = withUnsafeBytes(of: &name.sysname) { text(of: $0) }
    let release = withUnsafeBytes(of: &name.release) { text(of: $0) }
    let machine = withUnsafeBytes(of: &name.machine) { text(of: $0) }
    return Environment(
      processor: processorName ?? machine, processorCount: WorkerPool.availableProcessors,
      system: "\(system) \(release) \(machine)", toolchain: "Swift \(compiler), \(configuration)",
      date: utcNow())
  }

  /// The numbers of threads that tell most: 1, and one a processor.
  static var oneThreadAndAll: [Int] {
    let processors = WorkerPool.availableProcessors
    return processors > 1 ? [1, processors] : [1]
  }

  /// The lines of a report's head.
  var text: String {
    """
    machine    \(processor), \(processorCount) processors, \(system)
    toolchain  \(toolchain)
    date       \(date)

    """
  }

  /// The path of another executable of the same build.
  ///
  /// - Throws: a `CommandError` when it is not there.
  static func pathBesideThisTool(_ name: String) throws(CommandError) -> String {
    let folder = try pathOfThisTool().split(separator: "/", omittingEmptySubsequences: false)
    let path = (folder.dropLast() + [name[...]]).joined(separator: "/")
    guard access(path, X_OK) == 0 else {
      throw .failure("\(path) cannot be run; build it or name another with --\(name)")
    }
    return path
  }

  /// The path of this executable.
  ///
  /// - Throws: a `CommandError` when the system does not tell.
  static func pathOfThisTool() throws(CommandError) -> String {
    #if canImport(Darwin)
    var size: UInt32 = 4_096
    var name = [CChar](repeating: 0, count: Int(size))
    let found = _NSGetExecutablePath(&name, &size) == 0 ? realpath(name, nil) : nil
    #else
    let found = realpath("/proc/self/exe", nil)
    #endif
    guard let found else { throw .failure("this program cannot find its own file") }
    defer { free(found) }
    return String(cString: found)
  }

  private static func text(of bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  private static func utcNow() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    var text = [CChar](repeating: 0, count: 32)
    let length = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static var processorName: String? {
    #if canImport(Darwin)
    var size = 256
    var name = [CChar](repeating: 0, count: size)
    guard sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0) == 0 else { return nil }
    return name.withUnsafeBytes { text(of: $0) }
    #else
    guard let information = try? FileContents.text(of: "/proc/cpuinfo") else { return nil }
    let line = information.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":", maxSplits: 1).last.map { String($0.drop { $0 == " " }) }
    #endif
  }
}

#if compiler(>=6.4)
private let compiler = "6.4 or later"
#elseif compiler(>=6.3.2)
private let compiler = "6.3.2 or later"
#elseif compiler(>=6.3.1)
private let compiler = "6.3.1"
#elseif compiler(>=6.3)
private let compiler = "6.3"
#else
private let compiler = "6.2"
#endif

#if DEBUG
private let configuration = "debug build: figures mean nothing"
#else
private let configuration = "release build"
#endif
