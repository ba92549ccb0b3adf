// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Which file a path leads to, so that two names of one file can be told.
package struct FileIdentity: Hashable {
  private let device: dev_t
  private let node: ino_t

  /// The name within the folder that `node` is, of a file that does not exist yet.
  private let name: String?

  /// The file that is read at a path: nil when there is none, or when reading it twice gives something
  /// else, as with a pipe.
  package init?(ofInput path: String) {
    self.init(path, kind: S_IFREG)
  }

  /// The pipe or socket that is read at a path, of which only one reader gets each byte; nil for
  /// everything else.
  package init?(ofStream path: String) {
    guard let identity = Self(path, kind: S_IFIFO) ?? Self(path, kind: S_IFSOCK) else { return nil }
    self = identity
  }

  /// The file that is written or replaced at a path: nil for pipes, devices and open descriptors, and
  /// for what cannot be written.
  package init?(ofOutput path: String) {
    guard case .file(let target, let existing) = try? OutputTarget(path: path) else { return nil }
    if let existing {
      (device, node, name) = (existing.st_dev, existing.st_ino, nil)
      return
    }
    let folder = OutputTarget.folder(of: target)
    var status = stat()
    guard stat(folder.isEmpty ? "." : folder, &status) == 0 else { return nil }
    (device, node) = (status.st_dev, status.st_ino)
    name = String(target.dropFirst(folder.count))
  }

  private init?(_ path: String, kind: mode_t) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == kind else { return nil }
    (device, node, name) = (status.st_dev, status.st_ino, nil)
  }
}
