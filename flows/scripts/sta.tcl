# Procedures for OpenSTA. What starts with "aslog" on standard output is read by flows/sta.cpp;
# the last line is "aslog done", because sta ends with 0 even after an error.

# Nothing is known of wires but their fan-out, so a lumped capacitance is all there is to analyse.
proc aslog_start {library wire_load} {
  global aslog_wire_load
  read_liberty $library
  set_cmd_units -time ns
  set_delay_calculator lumped_cap
  set aslog_wire_load $wire_load
}

proc aslog_link {netlist top} {
  global aslog_latch aslog_wire_load
  read_verilog $netlist
  link_design $top
  if {$aslog_wire_load ne {}} {
    set_wire_load_mode top
    set_wire_load_model -name $aslog_wire_load
  }
  array unset aslog_latch
  set pins [all_registers -level_sensitive -data_pins]
  foreach pin $pins { set aslog_latch([get_property $pin full_name]) 1 }
}

proc aslog_is_in {port names} {
  return [expr {[lsearch -exact $names [get_property $port full_name]] >= 0}]
}

# One clock on all `clocks`; signals arrive `arrive` ns after its edge and are wanted `leave` ns
# before the next one. Inputs in `ideal` (the reset) are not timed.
proc aslog_constrain {period clocks ideal arrive leave} {
  set ports {}
  foreach name $clocks { lappend ports [get_ports $name] }
  create_clock -name clk -period $period $ports
  foreach port [all_inputs] {
    if {[aslog_is_in $port $ideal]} {
      set_false_path -from $port
    } elseif {![aslog_is_in $port $clocks]} {
      set_input_delay $arrive -clock clk $port
    }
  }
  foreach port [all_outputs] { set_output_delay $leave -clock clk $port }
  set pins [all_registers -level_sensitive -data_pins]
  if {[llength $pins] > 0} { group_path -name latches -to $pins }
}

# The path with the smallest slack. Latches are a group of their own: a path that ends in an open
# latch has the slack 0, because it goes on behind the latch, with the time that it has borrowed.
proc aslog_worst_path {} {
  global aslog_latch
  set worst {}
  set slack 0
  foreach path [find_timing_paths -path_delay max] {
    set its_slack [get_property $path slack]
    if {![string is double -strict $its_slack]} { continue }
    set endpoint [get_property [get_property $path endpoint] full_name]
    if {$its_slack == 0 && [info exists aslog_latch($endpoint)]} { continue }
    if {$worst eq {} || $its_slack < $slack} {
      set worst $path
      set slack $its_slack
    }
  }
  return [list $worst $slack]
}

proc aslog_report_slack {label} {
  lassign [aslog_worst_path] path slack
  if {$path ne {}} { puts "aslog slack $label $slack [total_negative_slack]" }
}

proc aslog_report_path {} {
  lassign [aslog_worst_path] path slack
  if {$path eq {}} { error "no timing path" }
  puts "aslog slack worst $slack [total_negative_slack]"
  foreach point [get_property $path points] {
    puts "aslog point [get_property $point arrival] [get_property [get_property $point pin] full_name]"
  }
}

# The period at which the slack becomes 0, by the secant method: paths of half a cycle and the delays
# at the ports shrink with the period. Starts from the analysis at `period` that was just made.
proc aslog_report_fmax {period clocks ideal share} {
  lassign [aslog_worst_path] path slack
  set slope 1.0
  for {set i 0} {abs($slack) >= 0.0002 * $period} {incr i} {
    if {$i == 40} { error "the fastest clock was not found" }
    set last_period $period
    set last_slack $slack
    set period [expr {max($period - $slack / $slope, 0.05 * $period)}]
    aslog_constrain $period $clocks $ideal [expr {$share * $period}] [expr {$share * $period}]
    lassign [aslog_worst_path] path slack
    set slope [expr {($slack - $last_slack) / ($period - $last_period)}]
    if {$slope < 0.1} { set slope 0.1 }
  }
  puts "aslog period $period"
}
