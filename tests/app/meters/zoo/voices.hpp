// Devices that speak by themselves: telegrams on a line and over TCP, messages over WebSockets, datagrams to a group.
#pragma once

#include <fmt/format.h>

#include "app/meters/zoo/http_device.hpp"
#include "shell/serial/rig.hpp"

namespace zoo {

class Voice {
 public:
  virtual ~Voice() = default;
  /// To all who listen now.
  virtual void say(const std::string& body) = 0;
  /// Whoever listens has to come again.
  virtual void hang_up() = 0;
};

inline Subscription& spoken(Animal& animal) {
  for (Question& each : animal.kind.questions) {
    if (auto* heard = std::get_if<Subscription>(&each.what)) return *heard;
  }
  throw std::runtime_error(animal.name + " is not heard");
}
/// All that it says is heard there from now on: it has one voice.
inline void speak_from(Animal& animal, const std::string& where) {
  for (Question& each : animal.kind.questions) {
    if (auto* heard = std::get_if<Subscription>(&each.what)) heard->from = where;
  }
}

/// On a pty, under the name that an adapter has.
class LineVoice final : public Voice {
 public:
  explicit LineVoice(Animal& animal) : adapter_(folder_.at("adapter")) {
    const std::string& from = spoken(animal).from;
    speak_from(animal, "serial:" + folder_.at("adapter") + from.substr(from.find('?')));
  }
  void say(const std::string& body) override {
    std::string_view left = body;
    for (int i = 0; i < 200 && !left.empty(); ++i) {  // nobody may be there to read it
      const auto put = ::write(adapter_.fd(), left.data(), std::min<std::size_t>(left.size(), 1000));
      if (put > 0) left.remove_prefix(static_cast<std::size_t>(put));
      else return;
    }
  }
  void hang_up() override {
    adapter_.unplug();
    adapter_.plug_in();
  }

 private:
  rig::Folder folder_;
  rig::Adapter adapter_;
};

/// To a group on loopback.
class GroupVoice final : public Voice {
 public:
  explicit GroupVoice(Animal& animal)
      : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), port_(rig::free_port()) {
    const std::string& from = spoken(animal).from;
    group_ = from.substr(from.find("://") + 3);
    group_.resize(group_.find(':'));
    speak_from(animal, fmt::format("udp://{}:{}", group_, port_));  // its own port may be somebody else's on this machine
    const in_addr loopback{htonl(INADDR_LOOPBACK)};
    EXPECT_EQ(::setsockopt(socket_.get(), IPPROTO_IP, IP_MULTICAST_IF, &loopback, sizeof loopback), 0);
  }
  void say(const std::string& body) override {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port_);
    ::inet_pton(AF_INET, group_.c_str(), &where.sin_addr);
    const std::size_t size = std::min<std::size_t>(body.size(), 60'000);
    ::sendto(socket_.get(), body.data(), size, 0, reinterpret_cast<sockaddr*>(&where), sizeof where);
  }
  void hang_up() override {}

 private:
  shell::Descriptor socket_;
  std::uint16_t port_;
  std::string group_;
};

/// Over TCP: to each connection from a thread of its own, which alone touches it.
class DoorVoice : public Voice {
 public:
  void say(const std::string& body) override {
    const std::lock_guard lock(mutex_);
    for (auto& [wire, queue] : listeners_) queue.push_back(body);
  }
  void hang_up() override { door().hang_up(); }

 protected:
  [[nodiscard]] virtual Door& door() = 0;
  /// In the form of the transport.
  [[nodiscard]] virtual std::string framed(const std::string& body) const { return body; }
  /// Says what is to be said until the connection ends.
  void speak(Wire& wire) {
    {
      const std::lock_guard lock(mutex_);
      listeners_[&wire];
    }
    while (put_all(wire)) {
      pollfd entry{wire.number(), POLLIN, 0};
      if (::poll(&entry, 1, 5) == 1 && wire.some().empty()) break;
    }
    const std::lock_guard lock(mutex_);
    listeners_.erase(&wire);
  }

 private:
  bool put_all(Wire& wire) {
    std::vector<std::string> queue;
    {
      const std::lock_guard lock(mutex_);
      std::swap(queue, listeners_[&wire]);
    }
    return std::all_of(queue.begin(), queue.end(), [&](const std::string& each) { return wire.put(framed(each)); });
  }
  std::mutex mutex_;
  std::map<Wire*, std::vector<std::string>> listeners_;
};

class TcpVoice final : public DoorVoice {
 public:
  explicit TcpVoice(Animal& animal) : door_([this](Wire& wire) { speak(wire); }) {
    speak_from(animal, elsewhere(spoken(animal).from, here(door_.port())));
  }

 private:
  Door& door() override { return door_; }
  Door door_;
};

/// RFC 6455 by hand. Who comes has to say what its kind says, word for word, and to be let in.
class WebVoice final : public DoorVoice {
 public:
  /// `account`: who says where it is, and what is learned; null: nobody has to.
  WebVoice(Animal& animal, HttpDevice* account)
      : account_(account),
        wants_(spoken(animal)),
        access_(animal.kind.access),
        plain_([this](Wire& wire) { serve(wire); }),
        secure_([this](Wire& wire) { serve(wire); }, [] { return vouched().context(); }) {
    (void)vouched();  // before anybody has to believe it
    for (const auto& each : animal.kind.learns) names_.insert(each.name);
    const bool is_learned = !core::meter::name_in_front(wants_.from).empty();
    if (is_learned) account->set_stream("wss://" + here(secure_.port()) + "/stream");
    else speak_from(animal, elsewhere(wants_.from, here(is_secure() ? secure_.port() : plain_.port())));
    target_ = is_learned ? "/stream" : wants_.from.substr(wants_.from.find('/', wants_.from.find("://") + 3));
  }
  [[nodiscard]] std::vector<std::string> complaints() {
    const std::lock_guard lock(complaining_);
    return complaints_;
  }

 private:
  [[nodiscard]] bool is_secure() const { return !wants_.from.starts_with("ws://"); }
  Door& door() override { return is_secure() ? secure_ : plain_; }

  std::string framed(const std::string& body) const override { return frame(body, 1); }
  static std::string frame(const std::string& body, int kind) {
    std::string head(1, static_cast<char>(0x80 | kind));
    const std::size_t size = body.size();
    const int bytes = size < 126 ? 0 : size < 65'536 ? 2 : 8;
    head += static_cast<char>(bytes == 0 ? static_cast<int>(size) : bytes == 2 ? 126 : 127);
    for (int i = bytes - 1; i >= 0; --i) head += static_cast<char>(size >> (8 * i));
    return head + body;
  }
  /// A message of theirs; nothing: the connection has ended.
  static std::optional<std::string> hear(Wire& wire) {
    const std::string head = wire.take(2);
    if (head.size() < 2) return std::nullopt;
    std::size_t size = static_cast<unsigned char>(head[1]) & 0x7FU;
    if (size == 126) {
      const std::string more = wire.take(2);
      size = static_cast<unsigned char>(more[0]) * 256U + static_cast<unsigned char>(more[1]);
    }
    const std::string mask = wire.take(4);
    std::string text = wire.take(size);
    if (mask.size() < 4 || text.size() < size || (head[0] & 0x0F) == 8) return std::nullopt;
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(text[i] ^ mask[i % 4]);
    return text;
  }
  void complain(std::string text) {
    const std::lock_guard lock(complaining_);
    complaints_.push_back(std::move(text));
  }

  void serve(Wire& wire) {
    const auto request = read_request(wire);
    if (!request) return;
    const std::string basic = "Basic " + shell::http::base64(access_.user + ":" + access_.password);
    const bool may = access_.kind != Access::Kind::basic || request->has("authorization", basic);
    const bool right = request->target == target_ && request->header("sec-websocket-protocol") == wants_.protocol;
    if (!may || !right) {
      complain(request->text());
      wire.put(answer_of(may ? 404 : 401, "", ""));
      return;
    }
    const std::string key = request->header("sec-websocket-key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char sum[20];
    EVP_Digest(key.data(), key.size(), sum, nullptr, EVP_sha1(), nullptr);
    const std::string accept = shell::http::base64({reinterpret_cast<const char*>(sum), sizeof sum});
    wire.put("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
             (wants_.protocol.empty() ? "" : "Sec-WebSocket-Protocol: " + wants_.protocol + "\r\n") +
             "Sec-WebSocket-Accept: " + accept + "\r\n\r\n");
    for (const std::string& wanted : wants_.wake) {
      const auto said = hear(wire);
      if (!said) return;
      if (!is_said(wanted, *said)) return complain(*said + " instead of " + wanted);
      if (&wanted == &wants_.wake.front() && !wants_.protocol.empty())
        wire.put(frame(R"({"type":"connection_ack"})", 1));
    }
    speak(wire);
  }
  [[nodiscard]] bool is_said(const std::string& wanted, const std::string& said) {
    const auto values = captured(wanted, said, names_);
    if (!values) return false;
    return std::all_of(values->begin(), values->end(), [&](const Options::value_type& each) {
      const nlohmann::json text = nlohmann::json::parse("\"" + each.second + "\"", nullptr, false);
      return text.is_string() && text.get<std::string>() == account_->taught(each.first);
    });
  }

  HttpDevice* account_;
  const Subscription wants_;
  const Access access_;
  std::string target_;
  std::set<std::string, std::less<>> names_;
  std::mutex complaining_;
  std::vector<std::string> complaints_;
  Door plain_, secure_;
};

}  // namespace zoo
