// The kinds of energy sources for the page: what a form is drawn from, and a try of one before it is written down.
//
// Reading all files takes a small computer seconds, in which nobody would speak to the connectors: the list tells what they are
// called, and each is read when somebody asks for it.
#pragma once

#include <memory>
#include <string>

#include "shell/web/site.hpp"

namespace boost::asio {
class io_context;
}

namespace app::meters {

class Kinds {
 public:
  /// `folder`: that of the configuration (Catalogue). `loop` outlives this.
  Kinds(boost::asio::io_context& loop, std::string folder);
  Kinds(const Kinds&) = delete;
  Kinds& operator=(const Kinds&) = delete;
  ~Kinds();

  /// They end before this does.
  [[nodiscard]] shell::web::Kinds on_page();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace app::meters
