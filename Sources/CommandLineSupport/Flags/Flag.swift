// SPDX-License-Identifier: Apache-2.0

/// One flag of a tool: what parsing and help need to know of it.
public struct Flag: Sendable, Hashable {
  /// Where a flag comes from.
  public enum Origin: Sendable, Hashable {
    /// The original program has it.
    case original

    /// Only this project has it.
    case ours
  }

  /// The name without its leading dashes.
  public var name: String

  /// What follows the name.
  public var kind: ValueKind

  /// What help calls the value, such as `r|c`; empty for a switch.
  public var placeholder: String

  /// The heading under which help lists the flag.
  public var section: String

  /// What help says after "default:"; nil to say nothing.
  public var defaultText: String?

  /// One or two sentences for help, without line breaks.
  public var help: String

  /// Whether the original has the flag.
  public var origin: Origin

  /// Describes a flag; without a placeholder the kind supplies one.
  public init(
    _ name: String, _ kind: ValueKind, _ placeholder: String? = nil, section: String,
    default defaultText: String? = nil, origin: Origin = .ours, help: String
  ) {
    self.name = name
    self.kind = kind
    self.placeholder = placeholder ?? kind.placeholder
    self.section = section
    self.defaultText = defaultText
    self.help = help
    self.origin = origin
  }
}
