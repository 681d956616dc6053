"""The vendors' documented samples, as they stand in their documents."""

POST_SALE = """{"sales":[{
  "license":{"license_number":"XXXRETAIL01"},
  "customer_types":{"id":"CAKOMCT0001"},
  "external_id":"0012345",
  "terminal":"23678-AM",
  "created_at":{"date":"2022-05-26T15:44:00Z","local_time":"2022-05-26T15:44:00"},
  "out_of_state_sale":true,
  "identifications":[
    {"types":{"id":"CAKOMIT0001"},"id":"CADL123565","birthday":"1982-04-26T00:00:01Z"},
    {"types":{"id":"CAKOMIT0002"},"id":"PATIENTID001"},
    {"types":{"id":"CAKOMIT0003"},"id":"CAREGIVEID12345"}],
  "employees":{"id":"0a50cbaf8c1b471aaa427de20facb641"},
  "line_items":[
    {"lot":{"id":"487fa179018e45d08b204ca4de67ca6d"},"discount":"1.00","quantity":"1","unit_price":"10.00",
     "taxes":[{"type":{"id":"KOMTAX0001"},"name":"CA MJ Sales Tax","rate":"10.00","total":"1.00"},
              {"type":{"id":"KOMTAX0002"},"name":"Excise Tax","rate":"15.00","total":"1.50"}],
     "total":"11.50"},
    {"lot":{"id":"9890c38942b948b291ff9ead560468b3"},"discount":"1.00","quantity":"1","unit_price":"10.00",
     "taxes":[{"type":{"id":"KOMTAX0001"},"name":"CA MJ Sales Tax","rate":"10.00","total":"1.00"},
              {"type":{"id":"KOMTAX0002"},"name":"Excise Tax","rate":"15.00","total":"1.50"}],
     "total":"11.50"}],
  "currency":{"id":"KOMCURT0001"},
  "totals":{"subtotal":"18.00","quantity":"2","total":"23.00"},
  "payments":[{"id":"XXXXXDEB123","amount":"23.00","type":{"id":"CAKOMPT0002"}}]
}]}"""

PUT_PRICE = (
    '{"license":{"license_number":"XXXRETAIL01"},"actions":{"id":"KMSAN0002"},'
    '"price_change_date":"2021-05-21T20:29:19Z","currency":{"id":"KOMCURT0001"},'
    '"line_items":[{"lot":{"id":"b29cc14d394941d9a2cd48abf64c9d1c"},"amount":"10.00"}]}'
)
PUT_SALE_ID = "80d15c7713a74feeb4c1c5f533697644"
EMPLOYEE = "0a50cbaf8c1b471aaa427de20facb641"
PREROLL, GUMMIES = "487fa179018e45d08b204ca4de67ca6d", "9890c38942b948b291ff9ead560468b3"
