#include "shell/store/sheet.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "../serial/rig.hpp"
#include "shell/store/files.hpp"

namespace {

using namespace std::chrono_literals;
using rig::Folder;

class ASheet : public testing::Test {
 protected:
  std::string text() const { return shell::read_whole(path_).value_or("none"); }

  Folder folder_;
  std::string path_ = folder_.at("below/sources.json");
  std::vector<std::string> complaints_;   // of the clerk's thread; looked at when that is gone
};

TEST_F(ASheet, has_the_newest_text_and_is_for_nobody_else) {
  std::filesystem::create_directory(folder_.at("below"));
  {
    shell::Clerk clerk;
    shell::Sheet sheet(path_, clerk, [this](const std::string& text) { complaints_.push_back(text); });
    for (int i = 0; i <= 100; ++i) sheet.write(std::to_string(i));
  }
  EXPECT_EQ(text(), "100");
  struct stat about {};
  ASSERT_EQ(::stat(path_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0600U);
  EXPECT_TRUE(complaints_.empty());
}

TEST_F(ASheet, that_could_not_be_written_is_tried_until_the_newest_text_is_there) {
  {
    shell::Clerk clerk;
    shell::Sheet sheet(path_, clerk, [this](const std::string& text) { complaints_.push_back(text); }, 1ms);
    sheet.write("old");
    clerk.settle();
    sheet.write("new");
    clerk.settle();
    EXPECT_EQ(text(), "none");
    std::filesystem::create_directory(folder_.at("below"));
  }
  EXPECT_EQ(text(), "new");
  EXPECT_EQ(complaints_.size(), 1U) << "said once";
}

TEST_F(ASheet, is_still_written_when_whoever_wrote_it_is_gone) {
  std::filesystem::create_directory(folder_.at("below"));
  shell::Clerk clerk;
  { shell::Sheet(path_, clerk, {}).write("last"); }
  clerk.settle();
  EXPECT_EQ(text(), "last");
}

}  // namespace
