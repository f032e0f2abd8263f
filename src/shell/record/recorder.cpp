// The flight recorder. See recorder.hpp.
#include "shell/record/recorder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "shell/http/url.hpp"
#include "shell/record/config_code.hpp"
#include "shell/serial/descriptor.hpp"

namespace shell {
namespace {

/// People attach recordings to reports: what opens their meters and houses does not belong into them, not even as a digest.
core::Config for_others(core::Config config) {
  for (core::MeterConfig& meter : config.meters) meter.asked = 0;
  for (core::rules::Rule& rule : config.policies.list.rules) {
    for (std::string& url : rule.hooks) url = url.empty() ? url : http::origin_of(url);
  }
  return config;
}

constexpr std::string_view name_begin = "flight-";
constexpr std::string_view name_end = ".rec";
constexpr std::size_t name_digits = 10;
constexpr std::uint64_t most_segment = 1u << 20;
constexpr std::uint64_t segments_at_least = 4;
constexpr std::size_t least_half = 4096;

std::atomic<Recorder*> to_rescue{nullptr};

std::string name_of(const std::string& folder, std::uint64_t number) {
  return fmt::format("{}/{}{:010}{}", folder, name_begin, number, name_end);
}

/// The number in a file's name; 0: not one of ours.
std::uint64_t number_of(std::string_view name) {
  if (!name.starts_with(name_begin) || !name.ends_with(name_end)) return 0;
  name.remove_prefix(name_begin.size());
  name.remove_suffix(name_end.size());
  if (name.size() != name_digits) return 0;
  std::uint64_t number = 0;
  for (const char c : name) {
    if (c < '0' || c > '9') return 0;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

std::uint64_t size_of(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 ? static_cast<std::uint64_t>(about.st_size) : 0;
}

/// Puts the bytes to their place in the file; async-signal-safe. 0 or an errno.
int put(const char* path, const std::uint8_t* bytes, std::size_t count, std::uint64_t offset) {
  int fd = -1;
  do {
    fd = ::open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return errno;
  int error = 0;
  const std::uint64_t begin = offset;
  while (count > 0 && error == 0) {
    const ssize_t done = ::pwrite(fd, bytes, count, static_cast<off_t>(offset));
    if (done < 0) {
      if (errno != EINTR) error = errno;
      continue;
    }
    bytes += done;
    count -= static_cast<std::size_t>(done);
    offset += static_cast<std::uint64_t>(done);
  }
  // Half a record is no use; a file that holds nothing at all is none.
  if (error != 0 && ::ftruncate(fd, static_cast<off_t>(begin)) == 0 && begin == 0) ::unlink(path);
  ::close(fd);
  return error;
}

}  // namespace

std::vector<std::string> Recorder::files(const std::string& folder) {
  std::vector<std::string> found;
  DIR* open = ::opendir(folder.c_str());
  if (open == nullptr) return found;
  while (const dirent* entry = ::readdir(open))
    if (number_of(entry->d_name) != 0) found.push_back(folder + "/" + entry->d_name);
  ::closedir(open);
  std::sort(found.begin(), found.end());   // the numbers have leading zeros
  return found;
}

Recorder::Recorder(RecorderSettings settings, Source source, Clerk& clerk, std::function<void(std::string)> tell)
    : settings_(std::move(settings)), source_(std::move(source)), clerk_(clerk), tell_(std::move(tell)) {
  if (settings_.most_bytes == 0) return;
  capacity_ = std::max(settings_.buffer / 2, least_half);
  segment_bytes_ = std::min(settings_.most_bytes / segments_at_least, most_segment);
  // Untouched until it is written to, so it costs nothing until then.
  for (Half& half : halves_) half.bytes = std::make_unique_for_overwrite<std::uint8_t[]>(capacity_);
  if (!encode_config()) return;
  for (const std::string& path : files(settings_.folder))
    number_ = std::max(number_, number_of(std::string_view(path).substr(settings_.folder.size() + 1)));
  on_ = true;
}

/// What each segment begins with, into memory; false, and a sentence, when that is too much.
bool Recorder::encode_config() {
  std::uint8_t* room = halves_[front_].bytes.get();   // between two segments nothing else is in it
  Ink ink({room, capacity_});
  write_config(ink, for_others(source_.config));
  config_.assign(room, room + ink.used());
  const std::size_t header = preamble_size + config_.size() + source_.state().size() + settings_.version.size() + 64;
  if (ink.fits() && header <= capacity_ && header <= segment_bytes_ / 2 && name_of(settings_.folder, 1).size() < PATH_MAX)
    return true;
  if (tell_)
    tell_(fmt::format("nothing is recorded: a recording of {} bytes is too small for the {} bytes that each part of it "
                      "begins with; allow it {} bytes or more", settings_.most_bytes, header,
                      header * 2 * segments_at_least));
  return false;
}

Recorder::~Recorder() {
  Recorder* self = this;
  to_rescue.compare_exchange_strong(self, nullptr);
  if (on_ && !flush()) {
    clerk_.settle();
    flush();
  }
  if (!config_.empty()) clerk_.settle();   // the clerk's work refers to us
}

void Recorder::begin_segment(base::Now now, Begin why) {
  Half& front = halves_[front_];
  if (run_ == 0) run_ = static_cast<std::uint64_t>(std::max<std::int64_t>(now.wall.since_epoch().count(), 1));
  ++number_;
  const std::string path = name_of(settings_.folder, number_);
  std::memcpy(front.path.data(), path.c_str(), path.size() + 1);
  front.offset = 0;
  const std::span<std::uint8_t> room(front.bytes.get(), capacity_);
  const std::size_t size = write_header(room, why, run_, now, source_.layout, settings_.version, config_,
                                        source_.state());
  base::check(size > 0, "a header that fitted at the start fits later");
  thread_ = thread_after(now, room);
  front.used = size;
  segment_ = true;
}

/// What is in memory cannot go on the disk in order: it is dropped, and a new segment begins with the state as it is.
void Recorder::start_anew() {
  halves_[front_].used = 0;
  segment_ = false;
  next_begin_ = Begin::after_loss;
}

/// What comes now holds under another configuration: it begins with that, and with the state it led to.
void Recorder::end_segment() {
  reconfigured_ = true;
  if (!segment_) return;   // nothing was recorded under the former one
  if (!flush()) return start_anew();
  segment_ = false;
  next_begin_ = Begin::reconfigured;
}

void Recorder::look_at_disk() {
  if (const int error = failure_.exchange(0); error != 0) {
    if (std::exchange(disk_, Disk::failing) == Disk::fine && tell_)
      tell_(fmt::format("the flight recorder cannot write to {}: {}; make room or check its owner, everything else goes "
                        "on and recording is tried again every minute", settings_.folder, std::strerror(error)));
    success_ = false;
    start_anew();
  } else if (success_.exchange(false)) {
    if (std::exchange(disk_, Disk::fine) == Disk::failing && tell_)
      tell_(fmt::format("the flight recorder writes to {} again", settings_.folder));
  }
}

bool Recorder::write_down(base::Now now, const core::Event& event) {
  Half& front = halves_[front_];
  const std::size_t used = front.used;
  const std::size_t size =
      write_record({front.bytes.get() + used, capacity_ - used}, thread_, now, event);
  front.used = used + size;   // last: the signal handler sees whole records only
  return size > 0;
}

void Recorder::note(base::Now now, const core::Event& event) {
  if (!on_) return;
  look_at_disk();
  if (std::holds_alternative<core::Configured>(event)) return end_segment();
  if (!segment_) {
    if (std::exchange(reconfigured_, false) && !encode_config()) {
      on_ = false;
      return;
    }
    if (next_begin_ == Begin::start) flushed_ = now.at;
    begin_segment(now, std::exchange(next_begin_, Begin::continuation));
  }
  Half& front = halves_[front_];
  const bool full = front.offset + front.used >= segment_bytes_;
  if (full || now.at - flushed_ >= settings_.every) {
    flushed_ = now.at;
    if (flush() && full) begin_segment(now, Begin::continuation);
  }
  if (write_down(now, event)) return;
  if (flush() && write_down(now, event)) return;
  start_anew();   // larger than the memory, or the disk has not taken a whole memory's worth yet
}

bool Recorder::flush() {
  if (!on_) return true;
  Half& half = halves_[front_];
  Half& other = halves_[1 - front_];
  if (half.used == 0) return true;
  if (other.under_way) return false;
  other.path = half.path;
  other.offset = half.offset + half.used;
  other.used = 0;
  half.under_way = true;
  front_ = 1 - front_;
  const bool taken = clerk_.post([this, &half] {
    const int error = save(half);
    if (error != 0) failure_ = error; else success_ = true;
    half.under_way = false;
    return Clerk::Outcome{};
  });
  if (!taken) {
    half.under_way = false;
    failure_ = EAGAIN;
  }
  return taken;
}

/// On the clerk's thread.
int Recorder::save(const Half& half) {
  if (half.offset == 0) {
    ::mkdir(settings_.folder.c_str(), 0700);
    make_room(std::max<std::uint64_t>(segment_bytes_, half.used));
  }
  int error = put(half.path.data(), half.bytes.get(), half.used, half.offset);
  if (error != ENOSPC && error != EDQUOT) return error;
  const auto all = files(settings_.folder);
  if (all.empty() || all.front() == half.path.data() || ::unlink(all.front().c_str()) != 0) return error;
  return put(half.path.data(), half.bytes.get(), half.used, half.offset);
}

/// Removes the oldest files until `bytes` more fit under the limit.
void Recorder::make_room(std::uint64_t bytes) {
  const auto all = files(settings_.folder);
  std::uint64_t sum = bytes;
  for (const std::string& path : all) sum += size_of(path);
  for (const std::string& path : all) {
    if (sum <= settings_.most_bytes) return;
    sum -= size_of(path);
    ::unlink(path.c_str());
  }
}

// --- When the program dies --------------------------------------------------------------------------------------------

void Recorder::rescue(int signal) {
  if (Recorder* recorder = to_rescue.exchange(nullptr)) {
    ::mkdir(recorder->settings_.folder.c_str(), 0700);
    const std::size_t front = recorder->front_;
    // The other half first; the clerk may be writing the same bytes to the same place, which does no harm.
    for (const std::size_t index : {1 - front, front}) {
      const Half& half = recorder->halves_[index];
      if (half.used > 0 && (index == front || half.under_way))
        put(half.path.data(), half.bytes.get(), half.used, half.offset);
    }
  }
  ::raise(signal);   // the handler is gone by now (SA_RESETHAND): this is delivered when we return, and kills
}

void Recorder::write_on_fatal_signals() {
  if (!on_) return;
  to_rescue = this;
  static std::array<std::byte, 65536> stack;
  stack_t alternative{};
  alternative.ss_sp = stack.data();
  alternative.ss_size = stack.size();
  ::sigaltstack(&alternative, nullptr);
  struct sigaction action {};
  action.sa_handler = &Recorder::rescue;
  action.sa_flags = SA_ONSTACK | SA_RESETHAND;
  for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}) ::sigaction(signal, &action, nullptr);
}

}  // namespace shell
