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
  if {$path eq {}} {
    puts "aslog no_path $label"
  } else {
    puts "aslog slack $label $slack [total_negative_slack]"
  }
}

# The sum of slacks is asked for first: OpenSTA 3 forgets paths that were found before.
proc aslog_report_path {} {
  set negative [total_negative_slack]
  lassign [aslog_worst_path] path slack
  if {$path eq {}} { error "no timing path" }
  puts "aslog slack worst $slack $negative"
  foreach point [get_property $path points] {
    puts "aslog point [get_property $point arrival] [get_property [get_property $point pin] full_name]"
  }
}

# 1 if the net of a pin has a clock, latch enable or asynchronous reset on it. Asked once for each
# net: those of clocks have thousands of pins.
proc aslog_is_ideal {pin} {
  global aslog_ideal
  set net [$pin net]
  if {![info exists aslog_ideal($net)]} {
    set aslog_ideal($net) 0
    set others [$pin connected_pin_iterator]
    while {!$aslog_ideal($net) && [$others has_next]} {
      set other [$others next]
      if {[$other is_leaf] && [lindex [aslog_limits_of $other] 2]} { set aslog_ideal($net) 1 }
    }
    $others finish
  }
  return $aslog_ideal($net)
}

# {fF ns is_control} of a pin; a cell of the library that has none is an error. Cells that stand for
# removed columns (flows/representative.h) are not of the library.
proc aslog_limits_of {pin} {
  global aslog_limit
  set cell [get_property [[$pin instance] liberty_cell] name]
  if {[string match aslog_load_* $cell]} { return {{} {} 0} }
  return $aslog_limit($cell/[$pin port_name])
}

# OpenSTA 3 has scenes, where OpenSTA 2 has corners, and other names for the same questions.
proc aslog_has_scenes {} {
  return [expr {[llength [info commands sta::cmd_scene]] > 0}]
}

# The largest of what `command` says for the edges of an object, in farads or seconds.
proc aslog_largest {object command args} {
  set largest 0
  foreach edge {rise fall} {
    foreach value [$object $command $edge {*}$args] { set largest [expr {max($largest, $value)}] }
  }
  return $largest
}

proc aslog_slew {pin} {
  set slew 0
  foreach vertex [$pin vertices] {
    if {[aslog_has_scenes]} {
      set edges [aslog_largest $vertex slew max]
    } else {
      set edges [aslog_largest $vertex slews]
    }
    set slew [expr {max($slew, $edges)}]
  }
  return [expr {$slew * 1e9}]
}

proc aslog_load {pin} {
  if {[aslog_has_scenes]} {
    set load [[$pin net] capacitance [sta::cmd_scene] max]
  } else {
    set load [aslog_largest $pin capacitance [sta::cmd_corner] max]
  }
  return [expr {$load * 1e15}]
}

# OpenSTA's own count. That of OpenSTA 3 leaves out clocks, and is no check of `ours`.
proc aslog_slew_violators {ours} {
  if {[aslog_has_scenes]} { return $ours }
  return [llength [sta::pin_slew_limit_violations [sta::cmd_corner] max]]
}

# Counts one pin for `kind`; ideal nets apart. OpenSTA's numbers are of single precision: one that is
# equal to its limit within that keeps it.
proc aslog_count {kind pin value limit} {
  global aslog_found
  lassign $aslog_found($kind) checked violations ideal worst worst_limit worst_pin
  incr checked
  set violates [expr {$value > $limit * (1 + 1e-6)}]
  set is_worst [expr {$worst_pin eq {-} || $value * $worst_limit > $worst * $limit}]
  if {$violates || $is_worst} {
    if {[aslog_is_ideal $pin]} {
      incr ideal $violates
    } else {
      incr violations $violates
      if {$is_worst} {
        set worst $value
        set worst_limit $limit
        set worst_pin [get_property $pin full_name]
      }
    }
  }
  set aslog_found($kind) [list $checked $violations $ideal $worst $worst_limit $worst_pin]
}

# Load of every output and slew of every pin against `limits`: cell/pin {fF ns is_control} ..., {} for
# no limit. OpenSTA counts slews, too, with limits that it has read by itself: beside its count stands
# what it may be at most, with all that are equal to their limits.
proc aslog_report_limits {limits} {
  global aslog_ideal aslog_limit aslog_found
  array unset aslog_ideal
  array set aslog_limit $limits
  set aslog_found(max_capacitance) {0 0 0 0 0 -}
  set aslog_found(max_slew) {0 0 0 0 0 -}
  set slow 0
  foreach instance [sta::network_leaf_instances] {
    set pins [$instance pin_iterator]
    while {[$pins has_next]} {
      set pin [$pins next]
      if {[$pin net] eq {NULL}} { continue }
      lassign [aslog_limits_of $pin] load_limit slew_limit
      if {$load_limit ne {}} {
        aslog_count max_capacitance $pin [aslog_load $pin] $load_limit
      }
      if {$slew_limit ne {}} {
        set slew [aslog_slew $pin]
        aslog_count max_slew $pin $slew $slew_limit
        incr slow [expr {$slew > $slew_limit * (1 - 1e-6)}]
      }
    }
    $pins finish
  }
  foreach kind {max_capacitance max_slew} { puts "aslog limit $kind [join $aslog_found($kind)]" }
  puts "aslog slew_violators [aslog_slew_violators $slow] $slow"
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
