-- Newtonian motion of the sun and the four gas giants, in units of the solar mass, astronomical unit and year.
local pi = math.pi
local solar_mass = 4 * pi * pi
local days = 365.24
local bodies = {
  { x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0, mass = solar_mass },
  { x = 4.84143144246472090, y = -1.16032004402742839, z = -0.103622044471123109,
    vx = 0.00166007664274403694 * days, vy = 0.00769901118419740425 * days, vz = -0.0000690460016972063023 * days,
    mass = 0.000954791938424326609 * solar_mass },
  { x = 8.34336671824457987, y = 4.12479856412430479, z = -0.403523417114321381,
    vx = -0.00276742510726411000 * days, vy = 0.00499852801234917238 * days, vz = 0.0000230417297573763929 * days,
    mass = 0.000285885980666130812 * solar_mass },
  { x = 12.8943695621391310, y = -15.1111514016986312, z = -0.223307578892655734,
    vx = 0.00296460137564761618 * days, vy = 0.00237847173959480950 * days, vz = -0.0000296589568540237556 * days,
    mass = 0.0000436624404335156298 * solar_mass },
  { x = 15.3796971148509165, y = -25.9193146099879641, z = 0.179258772950371181,
    vx = 0.00268067772490389322 * days, vy = 0.00162824170038242295 * days, vz = -0.0000951592254519715870 * days,
    mass = 0.0000515138902046611451 * solar_mass },
}

local function advance(dt)
  for i = 1, #bodies do
    local a = bodies[i]
    for j = i + 1, #bodies do
      local b = bodies[j]
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      local square = dx * dx + dy * dy + dz * dz
      local magnitude = dt / (square * math.sqrt(square))
      a.vx, a.vy, a.vz = a.vx - dx * b.mass * magnitude, a.vy - dy * b.mass * magnitude, a.vz - dz * b.mass * magnitude
      b.vx, b.vy, b.vz = b.vx + dx * a.mass * magnitude, b.vy + dy * a.mass * magnitude, b.vz + dz * a.mass * magnitude
    end
  end
  for i = 1, #bodies do
    local body = bodies[i]
    body.x, body.y, body.z = body.x + dt * body.vx, body.y + dt * body.vy, body.z + dt * body.vz
  end
end

for _ = 1, 300000 do advance(0.01) end
print(string.format("%.9f", bodies[1].x))
