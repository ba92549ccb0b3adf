// SPDX-License-Identifier: Apache-2.0

/// A role in a saved schema: its kind and what belongs to that kind.
extension ColumnRole: Codable {
  private enum Key: String, CodingKey {
    case kind
    case bits
    case seed
    case transform
    case separator
    case weight
    case parts
    case key
    case items
  }

  private enum Kind: String, Codable {
    case category
    case hashed
    case number
    case set
    case date
    case implicit
    case target
    case ignored
  }

  /// Reads a role.
  public init(from decoder: any Swift.Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    switch try values.decode(Kind.self, forKey: .kind) {
    case .category: self = .category
    case .hashed:
      self = .hashed(
        bits: try values.decode(Int.self, forKey: .bits),
        seed: try values.decode(UInt64.self, forKey: .seed))
    case .number:
      let name = try values.decode(String.self, forKey: .transform)
      guard let transform = NumericTransform(name: name) else {
        throw DecodingError.dataCorruptedError(
          forKey: .transform, in: values, debugDescription: "unknown transform \(name)")
      }
      self = .number(transform)
    case .set:
      self = .set(
        separator: try values.decode(String.self, forKey: .separator),
        weight: try values.decode(SetWeight.self, forKey: .weight))
    case .date: self = .date(try values.decode([DatePart].self, forKey: .parts))
    case .implicit:
      self = .implicit(
        key: try values.decode(String.self, forKey: .key),
        items: try values.decode(String.self, forKey: .items))
    case .target: self = .target
    case .ignored: self = .ignored
    }
  }

  /// Writes a role.
  public func encode(to encoder: any Swift.Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    switch self {
    case .category: try values.encode(Kind.category, forKey: .kind)
    case .hashed(let bits, let seed):
      try values.encode(Kind.hashed, forKey: .kind)
      try values.encode(bits, forKey: .bits)
      try values.encode(seed, forKey: .seed)
    case .number(let transform):
      try values.encode(Kind.number, forKey: .kind)
      try values.encode(transform.name, forKey: .transform)
    case .set(let separator, let weight):
      try values.encode(Kind.set, forKey: .kind)
      try values.encode(separator, forKey: .separator)
      try values.encode(weight, forKey: .weight)
    case .date(let parts):
      try values.encode(Kind.date, forKey: .kind)
      try values.encode(parts, forKey: .parts)
    case .implicit(let key, let items):
      try values.encode(Kind.implicit, forKey: .kind)
      try values.encode(key, forKey: .key)
      try values.encode(items, forKey: .items)
    case .target: try values.encode(Kind.target, forKey: .kind)
    case .ignored: try values.encode(Kind.ignored, forKey: .kind)
    }
  }
}
