// Telegrams and datagrams of meters again: what reads as the tree it was written from, for whoever answers as they do.
#pragma once

#include <string>

#include "base/result.hpp"
#include "wire/tree.hpp"

namespace wire {

/// Of a tree as read_p1 makes it, with its checksum.
[[nodiscard]] std::string p1_of(const Tree& tree);

/// Of a tree as read_speedwire makes it. Fault (user): a member that is no block, or a number that does not fit into one.
[[nodiscard]] base::Result<std::string> speedwire_of(const Tree& tree);

}  // namespace wire
