-- ARGV[2]: an owner, [3]: microseconds for which it stays done
-- answers: 1 if it was the owner's else 0
if holder() ~= ARGV[2] then
  return { 0 }
end
hold('done', tonumber(ARGV[3]))
return { 1 }
