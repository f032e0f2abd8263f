// Reads the energy sources of the house: stands before core::meter::Desk as Loop stands before the core.
//
// The desk says who is asked what and when; this asks, on the loop's thread, and hands on what was read. No thread waits
// for a device, and none of them waits for another.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/meter/desk.hpp"
#include "shell/http/any_client.hpp"
#include "shell/meters/ears.hpp"
#include "shell/meters/modbus_client.hpp"
#include "shell/meters/secrets.hpp"

namespace boost::asio {
class io_context;
}

namespace shell {

class Reader {
 public:
  struct Needs {
    std::function<void(const core::MeterRead&)> read;
    std::function<void(core::Severity, const std::string&)> say;   ///< sentences about sources, for the log
    std::function<base::Now()> now;
    /// Every reply as it came, for whoever tries a source; may be empty.
    std::function<void(const core::meter::Ask&, const core::meter::Reply&)> overhear;
    std::function<void(const core::meter::TableRead&)> table;   ///< of sources of prices and forecasts; may be empty
    std::function<void(std::string)> keep;   ///< the text of SourceSecrets, when they have changed; empty: nothing is kept
    EarPatience patience{};                  ///< with those who speak by themselves
  };

  /// `loop` outlives the reader.
  Reader(boost::asio::io_context& loop, std::vector<core::meter::Source> sources, SourceSecrets secrets, Needs needs);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  void start();
  /// Asks whoever is due by needs.now. A timer of its own does so too; this is for who has another clock.
  void wake();
  /// Other sources from now on; the core has been told before.
  void configure(std::vector<core::meter::Source> sources);

  /// Which certificates are believed because they were seen first, by address.
  [[nodiscard]] std::vector<SeenFirst> seen_first() const;
  /// The next certificate that is seen at that address is the first, and whoever is asked there is so at once. False: none is known of it.
  bool forget_seen(std::string_view address);

  /// See core::meter::Desk; before start().
  void recall_table(std::size_t source, base::WallTime known_until, base::Duration age) { desk_.recall_table(source, known_until, age, needs_.now()); }

  [[nodiscard]] const core::meter::Desk& desk() const { return desk_; }

 private:
  void obey();
  void ask(core::meter::Ask ask);
  void request(core::meter::Ask ask);
  void read_file(core::meter::Ask ask);
  void read_registers(core::meter::Ask ask);
  void listen(core::meter::Ask ask);
  void begin_anew(std::vector<core::meter::Source> sources);
  void heard(const core::meter::Ask& ask, core::meter::Reply reply);
  [[nodiscard]] http::Trust trust(std::string_view word, const std::string& device) const;
  bool believe(const std::string& device, const std::string& pin);
  void tell_troubles();
  void recall();
  void keep(std::size_t source);
  void write();
  [[nodiscard]] bool is_of_a_source(std::string_view key) const;
  void rearm();

  struct Timer;
  core::meter::Desk desk_;
  Needs needs_;
  boost::asio::io_context& loop_;
  http::AnyClient client_;
  ModbusClient devices_;
  std::map<std::pair<std::uint8_t, std::uint8_t>, std::shared_ptr<wire::RegisterWalk>> walks_;   ///< by source and question
  Ears ears_;
  std::map<std::pair<std::uint8_t, std::uint8_t>, Listening> heard_from_;   ///< by source and question
  std::shared_ptr<int> listening_ = std::make_shared<int>();   ///< another one with other sources: what was to be listened to before is no longer
  std::shared_ptr<int> alive_ = std::make_shared<int>();
  SourceSecrets secrets_;
  std::unique_ptr<Timer> timer_;
  core::meter::Orders orders_;
  std::vector<std::string> keys_;   ///< in the secrets, by source; empty: the same as one before it, which keeps it
  bool unkept_ = false;             ///< the secrets are not as they were written last
  std::vector<std::string> told_;   ///< the trouble that was said last, by source
  std::optional<base::Instant> armed_;
  bool started_ = false;
};

}  // namespace shell
