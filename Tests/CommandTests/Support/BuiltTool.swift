// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// An executable of this package, run as a process in a fresh scratch folder.
///
/// The folder is removed when the last reference to the value goes.
///
/// ```swift
/// let tool = try BuiltTool("libFM")
/// try tool.write("train.libfm", "1 0:1\n")
/// let run = try tool.run(["-task", "r", "-train", "train.libfm"])
/// run.expectSuccess()
/// ```
final class BuiltTool {
  /// The executable.
  let executable: URL

  /// The scratch folder, in which the tool runs.
  let folder: URL

  /// Whose folder this is, if it belongs to another tool.
  private let owner: BuiltTool?

  /// Finds a product of this package, or any executable when the name contains a slash.
  ///
  /// - Parameters:
  ///   - name: The product's name, or a path.
  ///   - owner: The tool whose scratch folder this one shares; by default it gets its own.
  /// - Throws: What keeps the folder from being made, or an issue when there is no such executable.
  init(_ name: String, sharingFolderOf owner: BuiltTool? = nil) throws {
    executable =
      name.contains("/")
      ? URL(fileURLWithPath: name) : Self.productFolder.appendingPathComponent(name)
    try #require(
      FileManager.default.isExecutableFile(atPath: executable.path), "\(executable.path)")
    self.owner = owner
    if let owner {
      folder = owner.folder
      return
    }
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("libfm-swift-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    if owner == nil { try? FileManager.default.removeItem(at: folder) }
  }

  /// Where the build system puts executables: beside the test bundle.
  static let productFolder: URL = {
    // On macOS the tests are a bundle that another program loads; elsewhere they are a program.
    for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
      return bundle.bundleURL.deletingLastPathComponent()
    }
    return URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent()
  }()

  /// The package's own folder.
  static let packageFolder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// A file of the scratch folder.
  func url(_ path: String) -> URL {
    folder.appendingPathComponent(path)
  }

  /// Writes a file into the scratch folder, with the folders that lead to it.
  func write(_ path: String, _ text: String) throws {
    try write(path, bytes: Array(text.utf8))
  }

  /// Writes bytes into a file of the scratch folder, with the folders that lead to it.
  func write(_ path: String, bytes: [UInt8]) throws {
    let file = url(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  /// Copies a file or folder of the package into the scratch folder.
  func copy(_ packagePath: String, to path: String) throws {
    let file = url(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: Self.packageFolder.appendingPathComponent(packagePath), to: file)
  }

  /// Puts stand-ins for libFM, which behave as their names say, into the scratch folder.
  func linkStandIns(_ names: [String]) throws {
    let standIn = Self.packageFolder.appendingPathComponent("testdata/stand-in/libFM")
    for name in names {
      try FileManager.default.createSymbolicLink(at: url(name), withDestinationURL: standIn)
    }
  }

  /// A text file of the scratch folder.
  func read(_ path: String) throws -> String {
    String(decoding: try bytes(path), as: UTF8.self)
  }

  /// The bytes of a file of the scratch folder.
  func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: url(path)))
  }

  /// Deletes a file of the scratch folder.
  func remove(_ path: String) throws {
    try FileManager.default.removeItem(at: url(path))
  }

  /// Whether something of that name exists in the scratch folder.
  func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: url(path).path)
  }

  /// The names of all files in the scratch folder, hidden ones included, sorted.
  func files() throws -> [String] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return names.filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: url(name).path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }

  /// Runs the tool in the scratch folder and waits for its end.
  ///
  /// - Parameters:
  ///   - arguments: What follows the tool's name.
  ///   - input: What the tool reads on standard input; nothing by default.
  ///   - environment: Variables to set beside those of this process.
  /// - Returns: How the run ended.
  /// - Throws: What keeps the tool from being started, or an issue when it hangs.
  func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> ToolRun {
    try start(arguments, input: input, environment: environment).end()
  }

  /// Starts the tool in the scratch folder.
  ///
  /// - Parameters:
  ///   - arguments: What follows the tool's name.
  ///   - input: What the tool reads on standard input; nothing by default.
  ///   - environment: Variables to set beside those of this process.
  /// - Returns: The tool that runs.
  /// - Throws: What keeps the tool from being started.
  func start(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> RunningTool {
    let environment = ProcessInfo.processInfo.environment
      .merging(["LC_ALL": "C"]) { _, new in new }.merging(environment) { _, new in new }
    return try RunningTool(
      executable, arguments, in: folder, input: input, environment: environment)
  }
}
