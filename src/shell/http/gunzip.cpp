#include "shell/http/gunzip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/zlib/inflate_stream.hpp>

namespace shell::http {
namespace {

namespace zlib = boost::beast::zlib;

constexpr std::size_t fixed_header = 10, trailer = 8;
constexpr unsigned has_crc = 2, has_extra = 4, has_name = 8, has_comment = 16;

unsigned byte_at(std::string_view text, std::size_t place) { return static_cast<unsigned char>(text[place]); }

/// Where the packed bytes begin (RFC 1952); npos: it is no gzip.
std::size_t begin_of_data(std::string_view packed) {
  constexpr std::size_t none = std::string_view::npos;
  if (packed.size() < fixed_header + trailer || byte_at(packed, 0) != 0x1F || byte_at(packed, 1) != 0x8B || byte_at(packed, 2) != 8) return none;
  const unsigned flags = byte_at(packed, 3);
  std::size_t place = fixed_header;
  if ((flags & has_extra) != 0) {
    if (place + 2 > packed.size()) return none;
    place += 2 + byte_at(packed, place) + byte_at(packed, place + 1) * 256;
  }
  for (const unsigned text : {has_name, has_comment}) {
    if ((flags & text) == 0) continue;
    const std::size_t end = place < packed.size() ? packed.find('\0', place) : none;
    if (end == none) return none;
    place = end + 1;
  }
  if ((flags & has_crc) != 0) place += 2;
  return place + trailer <= packed.size() ? place : none;
}

}  // namespace

base::Result<std::string> gunzip(std::string_view packed, std::size_t most) {
  const auto no_gzip = [] { return base::fail(base::Culprit::device, "what calls itself gzip and is not"); };
  const std::size_t begin = begin_of_data(packed);
  if (begin == std::string_view::npos) return no_gzip();
  zlib::inflate_stream stream;
  zlib::z_params state;
  state.next_in = packed.data() + begin;
  state.avail_in = packed.size() - begin;   // with the trailer: Beast sees some ends only when more follows
  std::string out;
  while (true) {
    const std::size_t used = out.size();
    out.resize(used + std::min<std::size_t>(16 * 1024, most + 1 - used));
    state.next_out = out.data() + used;
    state.avail_out = out.size() - used;
    boost::system::error_code error;
    stream.write(state, zlib::Flush::sync, error);
    out.resize(out.size() - state.avail_out);
    if (out.size() > most) return base::fail(base::Culprit::device, fmt::format("more than {} KiB", most / 1024));
    if (error == zlib::error::end_of_stream) return out;
    const bool stuck = out.size() == used;
    if ((error && error != zlib::error::need_buffers) || stuck) return no_gzip();
  }
}

}  // namespace shell::http
