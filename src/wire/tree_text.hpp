// Trees as text again: what reads as the tree it was written from.
//
// For the simulator, which answers as devices do, and for tests.
#pragma once

#include <string>

#include "wire/tree.hpp"

namespace wire {

/// Without blanks. Numbers as they stand in the tree; text that is no UTF-8 gets U+FFFD in its place.
[[nodiscard]] std::string json_of(const Tree& tree);

/// Of a tree as read_xml makes it: an object with one member. An element's text stands before the elements inside it.
[[nodiscard]] std::string xml_of(const Tree& tree);

/// Of a list of lists. Cells have quotes where they need them.
[[nodiscard]] std::string csv_of(const Tree& tree, char separator = ',');

}  // namespace wire
