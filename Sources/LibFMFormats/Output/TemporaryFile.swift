// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The file beside a target in which its bytes wait until they are complete.
struct TemporaryFile {
  let path: String

  /// The open file; negative when it could not be made.
  private(set) var descriptor: CInt = -1

  /// Whether it stays when it is let go, to be found again under its name.
  private let isLasting: Bool

  /// Its place among the files that a signal deletes.
  private let pendingSlot: Int?

  /// Makes a new file in the folder of `target` that nobody else has.
  ///
  /// `existing` is what the system says about a file that is to be replaced; its mode is taken over.
  init(beside target: String, existing: stat?) {
    let folder = OutputTarget.folder(of: target)
    var (path, slot, descriptor): (String, Int?, CInt) = ("", nil, -1)
    for attempt in 0..<1000 {
      path = "\(folder).libfm-\(getpid())-\(attempt).partial"
      // Noted before it is there: a signal may come at any moment.
      slot = PendingFiles.shared.add(path)
      descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { break }
      let reason = errno
      if let slot { PendingFiles.shared.remove(slot) }
      errno = reason
      if reason != EEXIST { break }
    }
    (self.path, self.descriptor, pendingSlot, isLasting) = (path, descriptor, slot, false)
    if descriptor >= 0 { takeMode(of: existing) }
  }

  /// Opens the file that is found again beside `target`, and keeps its first `byteCount` bytes.
  ///
  /// - Throws: ``FormatError`` when it cannot be written, or another process writes to it.
  init(
    lastingBeside target: String, existing: stat?, keeping byteCount: Int
  ) throws(FormatError) {
    path = Self.lastingPath(beside: target)
    (pendingSlot, isLasting) = (nil, true)
    // What is locked may have been renamed by the process that held it until then.
    repeat {
      if descriptor >= 0 { close(descriptor) }
      descriptor = open(
        path, O_WRONLY | (byteCount == 0 ? O_CREAT : 0) | O_NOFOLLOW | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw failure() }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
        close(descriptor)
        throw FormatError(
          path: path, found: "another run is writing to this file",
          advice: "wait for its end, or choose another name")
      }
    } while !isAtPath
    guard size >= byteCount else {
      close(descriptor)
      throw FormatError(path: path, found: "the file has become shorter since it was looked at")
    }
    takeMode(of: existing)
    guard ftruncate(descriptor, off_t(byteCount)) == 0,
      lseek(descriptor, off_t(byteCount), SEEK_SET) >= 0
    else {
      let error = failure()
      close(descriptor)
      throw error
    }
  }

  /// Where the file that is found again is.
  static func lastingPath(beside target: String) -> String { target + ".partial" }

  /// Lets the complete file, which is closed then, take the place of `target`; false when that fails.
  func replace(_ target: String) -> Bool {
    if isLasting {
      // Closed later, as until then nobody else may write to that name.
      defer { close(descriptor) }
      return rename(path, target) == 0
    }
    guard close(descriptor) == 0, rename(path, target) == 0 else { return false }
    forgetPending()
    return true
  }

  /// Deletes the file; one that is to be found again only when that is asked for.
  func letGo(deletingLasting: Bool = false) {
    if !isLasting || deletingLasting { unlink(path) }
    forgetPending()
  }

  private func forgetPending() {
    if let pendingSlot { PendingFiles.shared.remove(pendingSlot) }
  }

  private func takeMode(of existing: stat?) {
    guard let existing else { return }
    // The owner can only be kept by the superuser; the mode always.
    _ = fchown(descriptor, existing.st_uid, existing.st_gid)
    fchmod(descriptor, existing.st_mode & 0o7777)
  }

  /// Whether the open file is still the one of that name.
  private var isAtPath: Bool {
    var (opened, named) = (stat(), stat())
    return fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0
      && opened.st_dev == named.st_dev && opened.st_ino == named.st_ino
  }

  /// The length of the open file.
  private var size: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  private func failure() -> FormatError {
    FormatError(path: path, found: "cannot be written: \(SystemMessage.last)")
  }
}
