// The problem: a group is joined at an interface, and interfaces come late, go, and come again under another number;
// switches forget a member that does not report for some minutes. The idea: the interfaces are looked at every ten
// seconds; the group is joined where it is not yet, and once a minute it is left and joined again, which is such a
// report. Other programs on this machine may listen at the same port.
#include "shell/meters/datagrams.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>
#include <utility>

#include "shell/meters/audience.hpp"
#include "shell/meters/origin.hpp"
#include "shell/serial/descriptor.hpp"

namespace shell {
namespace {

using boost::asio::steady_timer;
using boost::system::error_code;

constexpr std::size_t longest_datagram = 65'536;
constexpr int looks_between_reports = 6;
constexpr int most_at_once = 64;  ///< datagrams before the loop does something else

/// Interfaces with an IPv4 address at which a group can be joined, by number.
std::set<int> suitable_interfaces() {
  std::set<int> found;
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return found;
  for (const ifaddrs* each = all; each != nullptr; each = each->ifa_next) {
    const bool up = (each->ifa_flags & IFF_UP) != 0 && (each->ifa_flags & (IFF_MULTICAST | IFF_LOOPBACK)) != 0;
    if (!up || each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET) continue;
    if (const unsigned number = ::if_nametoindex(each->ifa_name); number != 0) found.insert(static_cast<int>(number));
  }
  ::freeifaddrs(all);
  return found;
}

/// For whom a datagram is, and from whom; in the network's order.
struct Letter {
  std::string body;
  in_addr_t from = 0;
  in_addr_t to = 0;
};

bool is_group(in_addr_t address) {
  return IN_MULTICAST(ntohl(address));
}

class Datagrams final : public Ear {
 public:
  Datagrams(boost::asio::io_context& loop, std::uint16_t port, EarPatience patience)
      : loop_(loop),
        port_(port),
        patience_(patience),
        audience_(loop),
        watcher_(loop),
        look_(loop),
        silence_(loop),
        buffer_(longest_datagram, '\0') {}
  ~Datagrams() override { close(); }

  void add(Listening wants, Hear hear) override {
    const auto origin = parse_origin(wants.from);
    in_addr address{};
    if (origin && !origin->host.empty()) ::inet_pton(AF_INET, origin->host.c_str(), &address);
    means_.push_back(address.s_addr);
    audience_.add(std::move(wants), std::move(hear));
    boost::asio::post(loop_, alive_.later([this] { look(); }));
    await_silence();
  }

 private:
  void close() {
    if (watcher_.is_open()) watcher_.release();
    socket_.reset();
    joined_.clear();
  }

  /// A socket at the port; false when there is none yet.
  bool open() {
    if (socket_) return true;
    Descriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    const auto set = [&](int level, int name, int value) {
      return ::setsockopt(socket.get(), level, name, &value, sizeof value) == 0;
    };
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_port = htons(port_);
    // Without IP_MULTICAST_ALL we would also be told what other programs of this machine have joined.
    const bool good = socket && set(SOL_SOCKET, SO_REUSEADDR, 1) && set(IPPROTO_IP, IP_MULTICAST_ALL, 0) &&
                      set(IPPROTO_IP, IP_PKTINFO, 1) &&
                      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0;
    error_code error;
    if (good) watcher_.assign(socket.get(), error);
    if (!good || error) {
      const std::string why = error ? error.message() : std::strerror(errno);
      audience_.trouble(
          Word::Outcome::unreachable,
          fmt::format("UDP port {} cannot be listened to: {}; end the program that holds it", port_, why));
      return false;
    }
    socket_ = std::move(socket);
    audience_.well();
    await_letters();
    return true;
  }

  bool change_membership(int option, in_addr_t group, int interface) {
    ip_mreqn request{};
    request.imr_multiaddr.s_addr = group;
    request.imr_ifindex = interface;
    return ::setsockopt(socket_.get(), IPPROTO_IP, option, &request, sizeof request) == 0;
  }

  /// Joins where we have not; where we have, again when it is time to report.
  void join() {
    const std::set<int> interfaces = suitable_interfaces();
    const bool report = ++looks_ % looks_between_reports == 0;
    for (const in_addr_t group : std::set<in_addr_t>(means_.begin(), means_.end())) {
      if (!is_group(group)) continue;
      std::set<int>& joined = joined_[group];
      for (const int each : joined) {
        if (report || interfaces.count(each) == 0) change_membership(IP_DROP_MEMBERSHIP, group, each);
      }
      std::set<int> now;
      for (const int each : interfaces) {
        const bool already = joined.count(each) != 0 && !report;
        if (already || change_membership(IP_ADD_MEMBERSHIP, group, each)) now.insert(each);
      }
      joined = std::move(now);
    }
  }

  void look() {
    if (open()) join();
    look_.expires_after(patience_.look);
    look_.async_wait(alive_.later([this, mine = ++next_look_](error_code stopped) {
      if (!stopped && mine == next_look_) look();
    }));
  }

  void await_letters() {
    watcher_.async_wait(boost::asio::posix::stream_descriptor::wait_read, alive_.later([this](error_code error) {
      if (error) return;
      for (int i = 0; i < most_at_once && take(); ++i) {}
      await_letters();
    }));
  }

  /// One datagram; false when there is none.
  bool take() {
    sockaddr_in from{};
    iovec place{buffer_.data(), buffer_.size()};
    alignas(cmsghdr) char about[CMSG_SPACE(sizeof(in_pktinfo))];
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &place;
    message.msg_iovlen = 1;
    message.msg_control = about;
    message.msg_controllen = sizeof about;
    const ssize_t size = ::recvmsg(socket_.get(), &message, 0);
    if (size < 0) return false;
    Letter letter{buffer_.substr(0, static_cast<std::size_t>(size)), from.sin_addr.s_addr, 0};
    for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
      if (each->cmsg_level != IPPROTO_IP || each->cmsg_type != IP_PKTINFO) continue;
      in_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(each), sizeof info);
      letter.to = info.ipi_addr.s_addr;
    }
    deliver(std::move(letter));
    return true;
  }

  /// A group's datagrams may also come straight to us: that is how the devices are set up where a network passes no
  /// groups on.
  void deliver(Letter letter) {
    const in_addr_t from = letter.from, to = letter.to;
    audience_.tell(Word{Word::Outcome::answered, std::move(letter.body), {}, false, {}},
                   [&](const Audience::Member&, std::size_t place) {
                     const in_addr_t meant = means_[place];
                     if (is_group(to) && is_group(meant)) return to == meant;
                     return meant == 0 || is_group(meant) || from == meant;
                   });
  }

  void await_silence() {
    silence_.expires_after(patience_.silence);
    silence_.async_wait(alive_.later([this, mine = ++waits_](error_code stopped) {
      if (stopped || mine != waits_) return;
      audience_.hush([](const Audience::Member& member) {
        return fmt::format(
            "no datagram comes from {}; check that the device is in this network, and that router, WLAN or container "
            "pass its "
            "group on, or set it to send to this machine",
            member.wants.from);
      });
      await_silence();
    }));
  }

  boost::asio::io_context& loop_;
  const std::uint16_t port_;
  const EarPatience patience_;
  Audience audience_;
  std::vector<in_addr_t> means_;  ///< by place in the audience: a group, a sender, or 0 for anybody
  boost::asio::posix::stream_descriptor watcher_;
  steady_timer look_;
  steady_timer silence_;
  std::string buffer_;
  Descriptor socket_;  ///< the watcher knows it until close()
  std::map<in_addr_t, std::set<int>> joined_;
  int looks_ = 0;
  unsigned waits_ = 0, next_look_ = 0;  ///< which wait of a timer is the one that counts
  Alive alive_;
};

}  // namespace

std::unique_ptr<Ear> make_datagrams(boost::asio::io_context& loop, std::uint16_t port, EarPatience patience) {
  return std::make_unique<Datagrams>(loop, port, patience);
}

}  // namespace shell
