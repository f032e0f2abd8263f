// Opens a serial device. See tty.hpp.
#include "shell/serial/tty.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace shell {
namespace {

using base::Culprit;

struct Speed {
  int baud;
  speed_t code;
};
constexpr std::array<Speed, 12> speeds{{{1200, B1200},
                                        {2400, B2400},
                                        {4800, B4800},
                                        {9600, B9600},
                                        {19200, B19200},
                                        {38400, B38400},
                                        {57600, B57600},
                                        {115200, B115200},
                                        {230400, B230400},
                                        {460800, B460800},
                                        {500000, B500000},
                                        {921600, B921600}}};

base::Fault why_not(const std::string& path, int error, std::string_view key) {
  switch (error) {
    case ENOENT:
    case ENXIO:
    case ENODEV:
      return {Culprit::device, fmt::format("{} does not exist; plug in the adapter, or correct {}", path, key)};
    case EACCES:
    case EPERM:
      return {Culprit::user, fmt::format("{} may not be opened by this user; add the user to the group dialout (sudo "
                                         "usermod -aG dialout USER) and start again", path)};
    case EBUSY:
      return {Culprit::user, fmt::format("{} is in use by another program, or by this one for something else; stop that program, or correct {}", path, key)};
    default:
      return {Culprit::device, fmt::format("{} cannot be opened: {}; unplug the adapter and plug it in again", path,
                                           std::strerror(error))};
  }
}

/// What of `c_cflag` says how characters are sent.
tcflag_t flags_of(const Line& line) {
  tcflag_t flags = line.bits == 7 ? CS7 : CS8;
  if (line.parity != Line::Parity::none) flags |= PARENB;
  if (line.parity == Line::Parity::odd) flags |= PARODD;
  if (line.stop_bits == 2) flags |= CSTOPB;
  return flags;
}

bool make_raw(int fd, int baud, const Line& characters) {
  termios line{};
  if (::tcgetattr(fd, &line) != 0) return false;
  ::cfmakeraw(&line);
  line.c_cflag &= ~static_cast<tcflag_t>(CSIZE | PARENB | PARODD | CSTOPB | CRTSCTS | HUPCL);
  line.c_cflag |= flags_of(characters) | CREAD | CLOCAL;
  line.c_iflag &= ~static_cast<tcflag_t>(IXON | IXOFF | IXANY | INPCK | IGNPAR | PARMRK);
  if (characters.parity != Line::Parity::none) line.c_iflag |= INPCK;   // a character that is wrong becomes a NUL, which is in no telegram
  line.c_cc[VMIN] = 1;   // a read of nothing says EAGAIN; 0 is kept for the other side's going
  line.c_cc[VTIME] = 0;
  for (const Speed& speed : speeds) {
    if (speed.baud != baud) continue;
    ::cfsetispeed(&line, speed.code);
    ::cfsetospeed(&line, speed.code);
  }
  return ::tcsetattr(fd, TCSANOW, &line) == 0;
}

}  // namespace

bool known_speed(int baud) {
  for (const Speed& speed : speeds)
    if (speed.baud == baud) return true;
  return false;
}

base::Result<Descriptor> open_tty(const std::string& path, int baud, Speech speech, const Line& line, std::string_view key) {
  // Looked at before it is opened: opening a FIFO or a device that is no terminal may do harm.
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) return tl::unexpected(why_not(path, errno, key));
  if (!S_ISCHR(about.st_mode))
    return base::fail(Culprit::user, fmt::format("{} is no serial device; correct {}", path, key));
  const int mode = speech == Speech::listen_only ? O_RDONLY : O_RDWR;
  Descriptor tty{::open(path.c_str(), mode | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
  if (!tty) return tl::unexpected(why_not(path, errno, key));
  if (::isatty(tty.get()) == 0)
    return base::fail(Culprit::user, fmt::format("{} is no serial device; correct {}", path, key));
  // Not TIOCEXCL: on a pty that is kept open by its other side it would outlive us and lock out our own restart.
  if (::flock(tty.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    return tl::unexpected(why_not(path, EBUSY, key));
  if (!make_raw(tty.get(), baud, line)) return tl::unexpected(why_not(path, errno, key));
  const int request = TIOCM_RTS;
  if (line.request == Line::Request::raised) ::ioctl(tty.get(), TIOCMBIS, &request);  // a pty has no such wire
  ::tcflush(tty.get(), TCIOFLUSH);
  return tty;
}

void finish_output(const Descriptor& tty, Duration patience) {
  // A flush on a pty would take away what its other side has not read yet; a pty never has anything waiting here.
  constexpr Duration step = 5ms;
  int waiting = 0;
  while (::ioctl(tty.get(), TIOCOUTQ, &waiting) == 0 && waiting > 0) {
    if (patience <= Duration{}) {
      ::tcflush(tty.get(), TCOFLUSH);
      return;
    }
    ::usleep(static_cast<useconds_t>(step.count() * 1000));
    patience -= step;
  }
}

bool still_there(const Descriptor& tty, const std::string& path) {
  struct stat open {}, named {};
  if (::fstat(tty.get(), &open) != 0 || ::stat(path.c_str(), &named) != 0) return false;
  return open.st_dev == named.st_dev && open.st_ino == named.st_ino && open.st_rdev == named.st_rdev;
}

}  // namespace shell
