# SPDX-License-Identifier: Apache-2.0
# cmake -DHEAPTOLL=program -DOUT=folder -P WritePages.cmake: manual pages and completions, as the program tells them.
function(write_output file)
  execute_process(COMMAND ${HEAPTOLL} ${ARGN} OUTPUT_FILE ${OUT}/${file} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${HEAPTOLL} ${ARGN} ended with ${status}")
  endif()
endfunction()

file(MAKE_DIRECTORY ${OUT})
write_output(heaptoll.bash completions bash)
write_output(_heaptoll completions zsh)
write_output(heaptoll.fish completions fish)
execute_process(COMMAND ${HEAPTOLL} man OUTPUT_VARIABLE main COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "heaptoll\\\\-[a-z]+ \\(1\\)" pages "${main}")
foreach(page IN LISTS pages)
  string(REGEX REPLACE "heaptoll\\\\-([a-z]+) .*" "\\1" command "${page}")
  write_output(heaptoll-${command}.1 man ${command})
endforeach()
write_output(heaptoll.1 man) # last: it stands for all of them
