"""Names of nobody, for people who are replaced."""

FIRST_NAMES = tuple(
    """
    Ada Alba Amos Anders Anya Ardis Ashby Aura Basil Beryl Bram Briony Caleb Cato Celia Clem Cora Cyrus Dara Delia Dorian
    Edda Edgar Effie Elio Elva Emil Enid Ezra Fern Fidel Flora Galen Gideon Greta Hale Hattie Hollis Ida Ilse Inga Ivor
    Jarvis Jonas Juno Kai Keir Lars Leda Linus Lorna Lucian Mabel Magnus Maren Merle Mina Nadia Neil Nola Odell Olaf Opal
    Orla Osric Pearl Percy Petra Quill Ramona Reed Remy Rhea Roland Rowan Rufus Sable Selma Silas Sonja Tamsin Theo Thora
    Tobin Ulla Una Vera Verne Vida Wilma Willa Winton Xenia Yara Yorick Zelda Zeno
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
LAST_NAMES = tuple(
    """
    Abernathy Alderby Ambleford Arkwell Ashcombe Barrowby Beckley Birchall Blackmere Bramwell Brightling Burnaby Calloway
    Carrowell Chesterby Clayborne Coldwater Copperfield Cranmore Crosswell Dalrymple Darnley Devonshaw Dunmore Eastlake
    Ellerby Elmhurst Fairbairn Falconer Fenwick Fieldstone Foxley Galloway Garrowby Glenhaven Goldcrest Greyling Hallowell
    Harkness Hartwood Hawkridge Hazelton Hollowell Huxtable Inglewood Ironside Kestrel Kingsley Lambourne Larkspur
    Lockwood Longmire Lowell Mapleton Marchbank Marlowe Merriweather Midwinter Millbrook Moorcroft Nettleton Northcote
    Oakhurst Oldcastle Orchard Overton Pemberton Penhallow Pickering Quickley Ravenhill Redfern Ridgeway Rookwood Rosewell
    Rutherglen Saltmarsh Sandeford Selwyn Silverton Stanhope Stonebridge Sumner Swanwick Tanglewood Thistlewood Thornbury
    Trelawney Underhill Upton Vandermere Wakefield Waverley Westerby Whitcombe Wildgoose Willoughby Winterbourne Woodruff
    Wycliffe Yardley
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
