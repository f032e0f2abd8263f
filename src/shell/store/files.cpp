// Files, replaced in one step. See files.hpp.
#include "shell/store/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "shell/serial/descriptor.hpp"

namespace shell {
namespace {

using base::Culprit;

constexpr std::size_t longest_file = 16u << 20;

base::Fault why_not(std::string_view deed, const std::string& path, int error) {
  std::string_view remedy = "check the disk";
  Culprit whose = Culprit::world;
  switch (error) {
    case ENOSPC:
    case EDQUOT: remedy = "the disk is full; make room on it"; break;
    case EFBIG: remedy = "it may not grow any further; raise the limit on file sizes"; break;
    case EROFS: remedy = "the disk is read-only; make it writable"; break;
    case ENOENT: remedy = "its folder does not exist; create it"; whose = Culprit::user; break;
    case EACCES:
    case EPERM:
      remedy = "give the file and its folder to the user that runs this program (chown)";
      whose = Culprit::user;
      break;
    case EBUSY:
      remedy = "it is mounted on its own; mount its folder instead";
      whose = Culprit::user;
      break;
    default: break;
  }
  return {whose, fmt::format("{} cannot be {}: {}; {}", path, deed, std::strerror(error), remedy)};
}

std::string real_path(const std::string& path) {
  char resolved[PATH_MAX];
  return ::realpath(path.c_str(), resolved) != nullptr ? std::string(resolved) : path;
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t done = ::write(fd, text.data(), text.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(done));
  }
  return 0;
}

/// 0, or the errno of what failed; then nothing is left behind.
int write_new(const std::string& path, std::string_view text, const struct stat* like) {
  ::unlink(path.c_str());
  const Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!file) return errno;
  if (like != nullptr && (like->st_uid != ::geteuid() || like->st_gid != ::getegid()))
    static_cast<void>(::fchown(file.get(), like->st_uid, like->st_gid) == 0);   // only root may; without it the file is ours
  int error = write_all(file.get(), text);
  if (error == 0 && ::fsync(file.get()) != 0) error = errno;
  if (error != 0) ::unlink(path.c_str());
  return error;
}

/// A second name for the file as it is now; a copy where a disk knows no second names.
int keep_as(const std::string& path, const std::string& name, const struct stat& like) {
  const std::string fresh = name + ".tmp";
  ::unlink(fresh.c_str());
  if (::link(path.c_str(), fresh.c_str()) != 0) {
    const auto text = read_whole(path);
    if (!text) return EIO;
    if (const int error = write_new(fresh, *text, &like); error != 0) return error;
  }
  ::chmod(fresh.c_str(), 0600);
  return ::rename(fresh.c_str(), name.c_str()) == 0 ? 0 : errno;
}

}  // namespace

bool exists(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 || errno != ENOENT;
}

base::Result<std::string> read_whole(const std::string& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!file) return tl::unexpected(why_not("read", path, errno));
  std::string text;
  char chunk[16384];
  while (true) {
    const ssize_t got = ::read(file.get(), chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(why_not("read", path, errno));
    if (got == 0) return text;
    if (text.size() + static_cast<std::size_t>(got) > longest_file)
      return base::fail(Culprit::user, fmt::format("{} is larger than 16 MiB; that is no settings file", path));
    text.append(chunk, static_cast<std::size_t>(got));
  }
}

base::Result<bool> replace_file(const std::string& given, std::string_view text, Old old) {
  const std::string path = real_path(given);
  const std::string fresh = path + ".tmp";
  struct stat was {};
  const bool there = ::stat(path.c_str(), &was) == 0;
  if (const int error = write_new(fresh, text, there ? &was : nullptr); error != 0)
    return tl::unexpected(why_not("written", path, error));
  int error = 0;
  if (there && old != Old::is_gone)
    error = keep_as(path, path + (old == Old::becomes_backup ? ".backup" : ".broken"), was);
  if (error == 0 && ::rename(fresh.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(fresh.c_str());
    return tl::unexpected(why_not("written", path, error));
  }
  const Descriptor folder{::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (folder && ::fsync(folder.get()) != 0 && errno != EINVAL)
    return tl::unexpected(why_not("brought to the disk", path, errno));
  return true;
}

}  // namespace shell
