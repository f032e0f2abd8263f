// Files of meters that together use every word there is.
#pragma once

#include <string_view>

namespace app::meters {

inline constexpr std::string_view sample = R"yaml(meter: sample
title: A device that can do everything
setup: Switch it on
uncertain: Whether it exists
over: http
options:
  host: required
  port: 80
  user:
  password:
    secret: yes
    help: of the user
  https:
    type: yes_no
    default: no
    yes: https
    no: http
  channel:
    required: yes
    type: number
  factor: 1
every: 15 s
least_every: 10 s
a_day: 300
patience: 5 s
one_by_one: yes
cloud: yes
trust: first_seen
auth:
  session:
    asks: [login]
    lasts: 1 h
    cookies: yes
    ends_with: token
asks:
  login:
    post: "{https}://{host}:{port}/login"
    body: '{"user":"{user}","password":"{password}"}'
    trust: authorities
    headers:
      Content-Type: application/json
  live:
    get: "http://{host}:{port}/live/{channel}"
    headers:
      Authorization: Bearer {token}
    form: json
  words:
    put: "http://{host}/words"
    body: now
    form: text
gives:
  solar:
    of: live
    at: /p/solar
    unit: kW
    missing: 0
  load:
    of: live
    sum:
      - /p/house
      - at: /p/car
        scale: "{factor}"
        offset: 2.5
        missing: unknown
  grid:
    of: live
    at: /p/grid
    unit_at: /p/unit
    comma: yes
    minus_when:
      of: live
      at: /p/way
      is: out
    only_when:
      at: /p/state
      is_not: [off, error]
  battery:
    of: live
    mean: [/b/0, /b/1]
    sign: minus
  soc:
    of: words
    after: [Battery, level]
    extra: yes
  current_l1:
    of: live
    first_of: [/i/0, /i/l1]
    absolute: yes
    sign_like: grid
valid:
  - of: live
    at: /ok
    there: yes
    says: It is not ready.
  - of: live
    at: /error
    is_not: [broken]
time:
  of: live
  at: /t
  as: unix
  believed: 2 min
learns:
  token:
    of: login
    at: /token
    secret: yes
legacy:
  section: Sample
  when: [serverIP]
  options:
    host: serverIP
proof:
  - live: '{"ok":1,"p":{"solar":3.2,"house":300,"car":7,"grid":"-1,5","unit":"kW","way":"in","state":"on"},"b":[100,200],"i":[6.5]}'
    words: "Battery: level 64 %"
    options:
      channel: 1
    means:
      solar: 3200 W
      load: 309.5 W
      grid: -1.5 kW
      battery: -150 W
      soc: 64 %
      current_l1: -6.5 A
  - live: '{"error":"broken"}'
    means: fault
)yaml";

inline constexpr std::string_view registers_sample = R"yaml(meter: sample
title: Registers
over: modbus
options:
  host: required
  unit: 1
  level: "37760"
asks:
  live:
    device: "tcp://{host}:502"
    unit: "{unit}"
    table: input
    after_connecting: 1 s
    between: 500 ms
gives:
  grid:
    at: 37113 s32
    sign: minus
  soc:
    at: "{level}"
    scale: 0.1
proof:
  - live: "37113: 0000 0B18; 37760: 645 u16"
    means:
      grid: -2840 W
      soc: 64.5 %
  - live: "37113: 8000 0000"
    means: {}
)yaml";

inline constexpr std::string_view topics_sample = R"yaml(meter: sample
title: Topics
over: mqtt
options:
  host: required
  user:
  password:
    secret: yes
  wake:
  own:
    type: yes_no
    default: no
    yes: first_seen
    no: authorities
patience: 3 min
auth:
  basic:
    user: "{user}"
    password: "{password}"
asks:
  serial:
    broker: "mqtt://{host}:1883"
    topic: N/+/system/0/Serial
    form: json
  power:
    broker: "mqtts://{host}"
    topic: N/{portal}/power
    wake: "{wake}"
    trust: "{own}"
learns:
  portal:
    of: serial
    at: /value
gives:
  grid:
    of: power
    at: /value
proof:
  - power: '{"value":5}'
    means:
      grid: 5 W
  - power: '{"value":null}'
    means: {}
)yaml";

inline constexpr std::string_view telegrams_sample = R"yaml(meter: sample
title: Telegrams
over: telegram
options:
  address: required
asks:
  live:
    from: "{address}"
    says: hello
    protocol: p1
    form: p1
    trust: first_seen
gives:
  grid:
    sum:
      - /1-0:1.7.0
      - at: /1-0:2.7.0
        sign: minus
proof:
  - live: "/EST5\n\n1-0:1.7.0(00.000*kW)\n1-0:2.7.0(02.365*kW)\n!\n"
    options:
      address: "tcp://meter:23"
    means:
      grid: -2365 W
  - live: nothing
    options:
      address: "serial:/dev/ttyUSB0"
    means: fault
)yaml";

inline constexpr std::string_view worked_out_sample = R"yaml(meter: sample
title: Worked out
over: http
options:
  folder: required
every: 10 s
estimated: yes
asks:
  plan:
    get: "file:///var/{folder}/plan"
  now:
    get: "file:///var/{folder}/now"
    form: text
    absent: "-1"
gives:
  solar:
    by: scenario
    of: [plan, now]
    with:
      number: generation_watts
    scale: 0.5
proof:
  - plan: '{"initial_conditions":{"ems":{"generation_watts":6000}},"timeline":[{"ems":{"generation_watts":400}}]}'
    now: "0"
    at: 2026-07-14T15:00+02:00
    means:
      solar: 200 W
  - plan: '{"initial_conditions":{"ems":{"generation_watts":6000}},"timeline":[]}'
    means:
      solar: 3000 W
)yaml";

inline constexpr std::string_view tokens_sample = R"yaml(meter: sample
title: Tokens
over: http
options:
  client: required
  secret: required
  refresh_token: required
auth:
  session:
    asks: [access]
    lasts: 50 min
asks:
  access:
    post: "https://tokens.example/token"
    basic:
      user: "{client}"
      password: "{secret}"
    body: "grant_type=refresh_token&refresh_token={refresh}"
  live:
    get: "https://data.example/live"
    headers:
      Authorization: Bearer {token}
learns:
  token:
    of: access
    at: /access_token
  refresh:
    of: access
    at: /refresh_token
    first: "{refresh_token}"
gives:
  online:
    of: live
    at: /state
    words:
      OnGrid: yes
      OffGrid: no
proof:
  - live: '{"state":"OnGrid"}'
    means:
      online: yes
  - live: '{"state":"Starting"}'
    means: {}
)yaml";

}  // namespace app::meters
