// The kinds of energy sources for the page: what a form is drawn from, and a try of one before it is written down.
//
// Reading all files takes a small computer seconds, in which nobody would speak to the connectors: the list tells what they are
// called, and each is read when somebody asks for it. For the same reason a try has a thread of its own, one at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "shell/web/site.hpp"

namespace app::meters {

class Kinds {
 public:
  /// `folder`: that of the configuration (Catalogue). `soon` runs a task on the loop's thread, may be called on any, and outlives this.
  /// `seen_first`: certificates that a try believes, and no others at their addresses.
  Kinds(std::string folder, std::function<void(std::function<void()>)> soon, std::function<std::vector<shell::SeenFirst>()> seen_first = {});
  Kinds(const Kinds&) = delete;
  Kinds& operator=(const Kinds&) = delete;
  /// May wait for as long as a name is looked up.
  ~Kinds();

  /// They end before this does.
  [[nodiscard]] shell::web::Kinds on_page();

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

}  // namespace app::meters
