// Where the connectors are (spec/config.md §3), and where the page is (§4).
#include "app/config/keys/parts.hpp"

namespace app {
namespace {

using Takes = Key::Takes;
using D = Draft;
using G = Given;

// clang-format off
constexpr std::array table{
  // --- interface (spec/config.md §3)
  Key{"interface.RS485.enabled", Takes::yes_no, "true", 0, 0, "",
      "a serial adapter, here or in the network",
      [](D& d, const G& g) { d.rs485.enabled = g.yes; }}.never_on_page(),
  Key{"interface.RS485.port", Takes::text, "", 0, 0, "",
      "device path, socket://host:port or rfc2217://host:port",
      [](D& d, const G& g) { d.rs485.port = g.text; }, "interface.RS485.device"}.never_on_page(),
  Key{"interface.RS485.baud", Takes::whole, "", 300, 4'000'000, "baud",
      "9600 unless the adapter needs something else",
      [](D& d, const G& g) { d.rs485.baud = g.whole(); }}.never_on_page(),
  Key{"interface.RS485.slaveTimeout", Takes::number, "26", 5, 3600, "s",
      "a connector that was not heard for so long is lost",
      [](D& d, const G& g) { d.out.core.unit_timeout = g.seconds(); }, "interfaces.RS485.slaveTimeout"}.never_on_page(),
  Key{"config.rs485adapter", Takes::text, "", 0, 0, "",
      "older place of interface.RS485.port",
      [](D& d, const G& g) { d.rs485.legacy_port = g.text; }}.never_on_page(),
  Key{"config.baud", Takes::whole, "", 300, 4'000'000, "baud",
      "older place of interface.RS485.baud",
      [](D& d, const G& g) { d.rs485.legacy_baud = g.whole(); }}.never_on_page(),
  Key{"interface.Dummy.enabled", Takes::yes_no, "false", 0, 0, "",
      "a built-in virtual connector instead of a bus",
      [](D& d, const G& g) { d.dummy.enabled = g.yes; }}.never_on_page(),
  Key{"interface.TCP.enabled", Takes::yes_no, "false", 0, 0, "",
      "raw bytes over TCP",
      [](D& d, const G& g) { d.tcp.enabled = g.yes; }}.never_on_page(),
  Key{"interface.TCP.listen", Takes::yes_no, "false", 0, 0, "",
      "wait for the adapter to call instead of calling it",
      [](D& d, const G& g) { d.tcp.listen = g.yes; }}.never_on_page(),
  Key{"interface.TCP.server", Takes::text, "", 0, 0, "",
      "host or host:port of the adapter; with listen, the address to listen on",
      [](D& d, const G& g) { d.tcp.server = g.text; }}.never_on_page(),
  Key{"interface.TCP.port", Takes::whole, "6000", 1, 65535, "",
      "port of the adapter, or the one to listen on",
      [](D& d, const G& g) { d.tcp.port = g.whole(); }}.never_on_page(),
  // --- control.HTTP (spec/config.md §4)
  Key{"control.HTTP.enabled", Takes::yes_no, "true", 0, 0, "",
      "the page and the interface for programs",
      [](D& d, const G& g) { d.out.http.enabled = g.yes; }}.never_on_page(),
  Key{"control.HTTP.listenPort", Takes::whole, "8080", 0, 65535, "",
      "port of the page; 0 switches it off",
      [](D& d, const G& g) { d.out.http.port = static_cast<std::uint16_t>(g.number); }}.never_on_page(),
  Key{"control.HTTP.listenAddress", Takes::text, "127.0.0.1", 0, 0, "",
      "address of the page: 127.0.0.1 is for this machine alone, 0.0.0.0 or :: for the network",
      [](D& d, const G& g) { d.out.http.address = g.text; }}.never_on_page(),
  Key{"control.HTTP.legacyOpen", Takes::list, "", 0, 0, "",
      "IP addresses of old clients that may use /api/… (not /api/v1) without a token; absent: none",
      [](D& d, const G& g) { d.out.http.legacy_open = g.list; }}.never_on_page(),
  Key{"control.HTTP.tls", Takes::yes_no, "false", 0, 0, "",
      "the page by https:// alone",
      [](D& d, const G& g) { d.out.http.tls = g.yes; }}.never_on_page(),
  Key{"control.HTTP.certificate", Takes::text, "", 0, 0, "",
      "file with the certificate in PEM form, and those that lead to its issuer; absent: one is made and kept beside settings.json",
      [](D& d, const G& g) { d.out.http.certificate = g.text; }}.never_on_page(),
  Key{"control.HTTP.privateKey", Takes::text, "", 0, 0, "",
      "file with the certificate's private key in PEM form",
      [](D& d, const G& g) { d.out.http.private_key = g.text; }}.never_on_page(),
  Key{"control.HTTP.socket", Takes::text, "", 0, 0, "",
      "file of the local socket for programs of the same user, such as twcmanager's own commands; false: none; absent: twcmanager.sock in settingsPath",
      [](D& d, const G& g) { d.out.http.socket = g.text == "false" ? "" : g.text; }}.never_on_page(),
  Key{"control.HTTP.connections", Takes::whole, "1500", 16, 10000, "",
      "most connections at once; a waiting one costs about 1 KiB, one in TLS 75 KiB",
      [](D& d, const G& g) { d.out.http.connections = static_cast<std::size_t>(g.number); }}.never_on_page(),
  // --- not used
  later("interface.Dummy.twcID", Takes::text, "", 0, 0, "",
        "two letters whose codes are the id of the virtual connector"),
  later("interface.Dummy.scenario", Takes::text, "", 0, 0, "",
        "scenario of a test of the original"),
};
// clang-format on

}  // namespace

std::span<const Key> keys_of_interface() {
  return table;
}

}  // namespace app
