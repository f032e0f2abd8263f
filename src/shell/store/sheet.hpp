// A file that always has one whole text, the newest.
//
// What is learned of energy sources can be the only key to an account that changes its keys at each use, so a text that
// could not be written is tried again until it, or a newer one, is on the disk.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "shell/store/clerk.hpp"

namespace shell {

class Sheet {
 public:
  /// `complain` is called on the clerk's thread, once for each trouble; `clerk` outlives the sheet.
  Sheet(std::string path, Clerk& clerk, std::function<void(const std::string&)> complain, base::Duration pause = std::chrono::minutes{1});

  /// From now on the file is to have this text; mode 0600.
  void write(std::string text);

 private:
  struct Desk;
  std::shared_ptr<Desk> desk_;   ///< outlives the sheet while work is queued
  Clerk& clerk_;
};

}  // namespace shell
