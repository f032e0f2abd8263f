// Samples of telegrams and datagrams (spec/energy-sources §5.1, §6.1a), for tests of whoever reads or carries them.
#pragma once

#include <string>
#include <string_view>

namespace samples {

inline constexpr std::string_view p1 =
    "/XMX5LGBBFG1009394887\r\n\r\n1-3:0.2.8(50)\r\n0-0:1.0.0(260714131545S)\r\n"
    "0-0:96.1.1(4530303435303033383833343433383137)\r\n1-0:1.8.1(004821.337*kWh)\r\n1-0:1.8.2(005190.024*kWh)\r\n"
    "1-0:2.8.1(002233.910*kWh)\r\n1-0:2.8.2(005876.451*kWh)\r\n0-0:96.14.0(0002)\r\n1-0:1.7.0(00.000*kW)\r\n"
    "1-0:2.7.0(02.365*kW)\r\n0-0:96.7.21(00009)\r\n0-0:96.7.9(00004)\r\n1-0:99.97.0()\r\n0-0:96.13.0()\r\n"
    "1-0:32.7.0(236.4*V)\r\n1-0:52.7.0(235.1*V)\r\n1-0:72.7.0(237.8*V)\r\n1-0:31.7.0(005*A)\r\n1-0:51.7.0(002*A)\r\n"
    "1-0:71.7.0(008*A)\r\n1-0:21.7.0(00.000*kW)\r\n1-0:41.7.0(00.418*kW)\r\n1-0:61.7.0(00.000*kW)\r\n"
    "1-0:22.7.0(01.012*kW)\r\n1-0:42.7.0(00.000*kW)\r\n1-0:62.7.0(01.771*kW)\r\n0-1:24.1.0(003)\r\n"
    "0-1:24.2.1(260714131001S)(03911.204*m3)\r\n!C025\r\n";

/// As an EasyMeter sends them: no checksum, no version.
inline constexpr std::string_view easy_meter =
    "/ESY5Q3DA1004 V3.02\r\n\r\n1-0:0.0.0*255(0273011003684)\r\n1-0:1.8.0*255(00026107.7034231*kWh)\r\n"
    "1-0:16.7.0*255(-00418.27*W)\r\n1-0:96.5.5*255(82)\r\n!\r\n";

/// DSMR 2: the gas meter's number stands on a line of its own.
inline constexpr std::string_view dsmr_2 =
    "/ISk5\\2ME382-1003\r\n\r\n0-0:96.1.1(4B414C37303035303739363336333132)\r\n1-0:1.8.1(00608.400*kWh)\r\n"
    "1-0:1.7.0(0001.29*kW)\r\n1-0:2.7.0(0000.00*kW)\r\n0-1:24.1.0(03)\r\n"
    "0-1:24.3.0(121030140000)(00)(60)(1)(0-1:24.2.1)(m3)\r\n(00024.123)\r\n!\r\n";

/// An Energy Meter's, shortened by some blocks.
inline std::string sma() {
  constexpr std::string_view digits =
      "U01BAAAEAqAAAAABAKQAEGBpAXSzjL9OAAHiQAABBAAAAAAAAAEIAAAAAASevzQAAAIEAAAAhU0AAggAAAAADAt3rQAADgQAAADDXAAVBAAAAAxO"
      "ABYEAAAA"
      "AAAAHwQAAAAFegAgBAAAA5oSACkEAAAAAAAAKgQAAABTNAAzBAAAACOhADQEAAADn2IAPQQAAAAAAAA+"
      "BAAAAD5nAEcEAAAAGuAASAQAAAOdZJAAAAACAwRS"
      "AAAAAA==";
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : digits) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<unsigned>(letters.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFFU);
  }
  return bytes;
}

}  // namespace samples
