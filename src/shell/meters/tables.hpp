// The prices and forecasts of the house: asked, kept over a restart, and shown.
//
// Its sources are asked by a reader of their own, so that nothing of the meters knows of them. What they said last is a file: a
// restart shows prices at once, and asks no vendor for what is known. Flash wears, so it is written when a table has changed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/meter/table_source.hpp"
#include "shell/meters/reader.hpp"

namespace shell {

/// What was read of one source, as it is kept.
struct KeptTable {
  std::string key;                         ///< of its source: another one has another one, though it may have the same name
  std::string currency;
  base::WallTime read_at;
  std::vector<core::table::Slot> slots;
  bool operator==(const KeptTable&) const = default;
};

[[nodiscard]] std::string text_of(const std::vector<KeptTable>& tables);
/// Fault: it is not what was written into it.
[[nodiscard]] base::Result<std::vector<KeptTable>> read_tables(std::string_view text);

/// One source, as it is shown.
struct TableView {
  std::string name, kind, currency;
  core::table::Measure measure{};
  core::meter::Health::State state{};
  std::string trouble;
  std::optional<base::WallTime> read_at, next;
  std::vector<core::table::Slot> slots;    ///< of prices what has to be paid; from yesterday on
};

class Tables {
 public:
  struct Needs {
    std::function<void(core::Severity, const std::string&)> say;
    std::function<base::Now()> now;
    std::function<const core::rules::Zone&()> zone;   ///< of the house
    std::function<void(std::string)> keep;            ///< a text for read_tables, when a table has changed; empty: nothing is kept
    SourceSecrets learned{};                          ///< of their sources, from before
    std::function<void(std::string)> keep_learned{};  ///< see Reader::Needs::keep
  };

  /// `loop` outlives it. `kept`: what it told to keep before.
  Tables(boost::asio::io_context& loop, std::vector<core::meter::TableSource> sources, const std::vector<KeptTable>& kept, Needs needs);
  void start();
  /// Other sources from now on; of those that are the same everything stays known.
  void configure(std::vector<core::meter::TableSource> sources);
  /// All of that measure, in the order of the configuration.
  [[nodiscard]] std::vector<TableView> views(core::table::Measure measure) const;
  /// Of their sources; see Reader.
  [[nodiscard]] std::vector<SeenFirst> seen_first() const { return reader_.seen_first(); }
  bool forget_seen(std::string_view address) { return reader_.forget_seen(address); }

 private:
  struct Known {
    std::string key, currency;
    std::optional<base::WallTime> read_at;
    core::table::Table table;
  };

  void take(const core::meter::TableRead& read);
  void keep() const;
  [[nodiscard]] Reader::Needs reading();
  [[nodiscard]] TableView view(std::size_t source) const;

  std::vector<core::meter::TableSource> sources_;
  std::vector<Known> known_;   ///< by source
  Needs needs_;
  Reader reader_;
};

}  // namespace shell
